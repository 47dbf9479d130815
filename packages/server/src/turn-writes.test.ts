import { describe, expect, it } from 'vitest'
import { type TurnWriter, TurnWrites } from './turn-writes.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const turnEnd = (): Promise<void> => new Promise((done) => setImmediate(() => setImmediate(done)))

/** A connection that notes what is written, and when. */
class Connection implements TurnWriter {
  turnStart = 0
  turnBytes = 0
  /** What was written, a text for each write. */
  readonly written: string[] = []
  readonly kept: Uint8Array[] = []
  readonly buffers: Uint8Array[] = []
  onWrite: (() => void) | undefined
  readonly #writes: TurnWrites
  readonly #keeps: boolean

  constructor(writes: TurnWrites, keeps = false) {
    this.#writes = writes
    this.#keeps = keeps
  }

  send(text: string): void {
    const reply = bytes(text)
    if (!this.#writes.take(this, reply, 0, reply.length)) this.written.push(`at once: ${text.slice(0, 20)}`)
  }

  writeTurn(buf: Uint8Array, start: number, length: number): void {
    const part = buf.subarray(start, start + length)
    this.written.push(new TextDecoder().decode(part))
    if (this.#keeps) {
      this.kept.push(part)
      this.buffers.push(buf)
      this.#writes.keep(buf)
    }
    this.onWrite?.()
  }
}

describe('replies of one turn', () => {
  it('leave at its end, those of a connection in one write where they can', async () => {
    const writes = new TurnWrites()
    const [a, b] = [new Connection(writes), new Connection(writes)]
    a.send('one')
    a.send(' two')
    b.send('three')
    expect([a.written, b.written]).toEqual([[], []])
    await turnEnd()
    expect([a.written, b.written]).toEqual([['one two'], ['three']])
  })

  it('keep the order of a connection, whatever comes in between', async () => {
    const writes = new TurnWrites()
    const [a, b] = [new Connection(writes), new Connection(writes)]
    a.send('one')
    b.send('other')
    a.send('two')
    expect(a.written).toEqual(['one'])
    a.send('x'.repeat(20_000))
    expect(a.written).toEqual(['one', 'two', `at once: ${'x'.repeat(20)}`])
    await turnEnd()
    expect(b.written).toEqual(['other'])
    expect(a.written).toHaveLength(3)
  })

  it('leave earlier when many reads came behind them, though none of those was answered', async () => {
    const writes = new TurnWrites()
    const connection = new Connection(writes)
    connection.send('one')
    for (let i = 0; i < 31; i++) writes.readDone()
    expect(connection.written).toEqual([])
    writes.readDone()
    expect(connection.written).toEqual(['one'])
    connection.send('two')
    expect(connection.written).toEqual(['one'])
    await turnEnd()
    expect(connection.written).toEqual(['one', 'two'])
  })

  it('leave earlier when they are more than the buffer holds', async () => {
    const writes = new TurnWrites()
    const connections = Array.from({ length: 20 }, () => new Connection(writes))
    for (const [i, connection] of connections.entries()) connection.send(String(i % 10).repeat(10_000))
    expect(connections[0]?.written).toEqual(['0'.repeat(10_000)])
    expect(connections[19]?.written).toEqual([])
    await turnEnd()
    expect(connections.map(({ written }) => written)).toEqual(
      connections.map((_, i) => [String(i % 10).repeat(10_000)]),
    )
  })

  it('are not put off for a client that is alone', async () => {
    const writes = new TurnWrites()
    const connection = new Connection(writes)
    connection.send('one')
    await turnEnd()
    for (let i = 0; i < 64; i++) connection.send('again')
    expect(connection.written).toEqual(['one', ...new Array<string>(64).fill('at once: again')])
    connection.send('later')
    expect(connection.written).toHaveLength(65)
    await turnEnd()
    expect(connection.written.at(-1)).toBe('later')
  })

  it('are not overwritten by those of the next turn while a connection still needs them', async () => {
    const writes = new TurnWrites()
    const [slow, other] = [new Connection(writes, true), new Connection(writes)]
    slow.send('first')
    other.send('first')
    await turnEnd()
    slow.send('second')
    other.send('second')
    await turnEnd()
    expect(slow.kept.map((part) => new TextDecoder().decode(part))).toEqual(['first', 'second'])
  })

  it('are safe from a flush that a write of their turn leads to', async () => {
    const writes = new TurnWrites()
    const [slow, other] = [new Connection(writes, true), new Connection(writes)]
    slow.onWrite = () => writes.flush()
    slow.send('first')
    writes.flushOne(slow)
    other.send('second')
    slow.onWrite = undefined
    await turnEnd()
    expect(slow.kept.map((part) => new TextDecoder().decode(part))).toEqual(['first'])
    expect(other.written).toEqual(['second'])
  })

  it('have their memory given back when no connection needs them any more', async () => {
    const writes = new TurnWrites()
    const [slow, slower, other] = [new Connection(writes, true), new Connection(writes, true), new Connection(writes)]
    for (const connection of [slow, slower, other]) connection.send('first')
    await turnEnd()
    for (const connection of [slow, other]) connection.send('second')
    await turnEnd()
    const [first, second] = slow.buffers as [Uint8Array, Uint8Array]
    writes.bufferDone(first)
    expect(first.length).toBeGreaterThan(0)
    writes.bufferDone(first)
    expect(first.length).toBe(0)
    // The one that is in use next is not given back.
    for (const connection of [slow, other]) connection.send('third')
    writes.flushOne(slow)
    const third = slow.buffers[2] as Uint8Array
    writes.bufferDone(third)
    await turnEnd()
    expect(other.written).toEqual(['first', 'second', 'third'])
    writes.bufferDone(second)
    expect([second.length, third.length > 0]).toEqual([0, true])
  })

  it('may bring more replies, to the same connection too', async () => {
    const writes = new TurnWrites()
    const [a, b] = [new Connection(writes), new Connection(writes)]
    a.onWrite = () => {
      a.onWrite = undefined
      b.send(' told')
      a.send('more')
    }
    a.send('one')
    b.send('other')
    await turnEnd()
    expect([a.written, b.written]).toEqual([
      ['one', 'at once: more'],
      ['other', 'at once:  told'],
    ])
  })
})
