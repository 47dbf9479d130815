import { beforeEach, describe, expect, it } from 'vitest'
import { seededRandom, startTestEngine, TestClient, type TestEngine } from '../commands/_test-client.ts'
import { encodeCommand } from './reply-value.ts'
import { SESSION_BYTES } from './session.ts'

const MEBIBYTE = 1024 * 1024

/** A client that may leave its replies where they are. */
class SlowClient extends TestClient {
  #queuedBytes = 0
  reads = true

  override get queuedBytes(): number {
    return this.#queuedBytes
  }

  override send(buf: Uint8Array, start: number, length: number): boolean {
    if (!this.reads) this.#queuedBytes += length
    return super.send(buf, start, length)
  }

  take(bytes: number): void {
    this.#queuedBytes -= bytes
  }
}

let server: TestEngine

beforeEach(() => {
  server = startTestEngine()
  // An empty database takes a little, too, from its first use on.
  server.engine.db(0)
})

const used = (): number => server.engine.usedBytes()
const normal = (): number => Number(/mem_clients_normal:(\d+)/.exec(server.client.run('INFO memory'))?.[1])

describe('used_memory', () => {
  it('counts a request that has come in part, until it has run', () => {
    const other = server.connect()
    const before = used()
    const request = encodeCommand(['ECHO', 'x'.repeat(4 * MEBIBYTE)])
    other.bytes(request.subarray(0, 3 * MEBIBYTE))
    expect(used() - before).toBeGreaterThanOrEqual(3 * MEBIBYTE)
    expect(normal()).toBe(used() - before + 2 * SESSION_BYTES)
    other.bytes(request.subarray(3 * MEBIBYTE))
    expect(used()).toBe(before)
    expect(normal()).toBe(2 * SESSION_BYTES)
  })

  it('counts a request in parts no more once its client has gone, or broken the protocol', () => {
    const before = used()
    for (const end of [
      (client: TestClient) => client.session.close(true),
      (client: TestClient) => client.bytes(new Uint8Array(100).fill(120)),
    ]) {
      const other = server.connect()
      const text = `*2\r\n$4\r\nECHO\r\n$${MEBIBYTE}\r\n${'x'.repeat(MEBIBYTE)}`
      other.bytes(new TextEncoder().encode(text))
      expect(used() - before).toBeGreaterThanOrEqual(MEBIBYTE)
      end(other)
      expect(used()).toBe(before)
    }
  })

  it('counts replies that wait, and what is taken no more within a tenth of a second', () => {
    const slow = new SlowClient(server.engine)
    server.client.raw('SET', 'k', 'x'.repeat(MEBIBYTE))
    const before = used()
    slow.reads = false
    slow.run('GET k')
    slow.run('GET k')
    const waiting = slow.queuedBytes
    expect(waiting).toBeGreaterThan(2 * MEBIBYTE)
    expect(used() - before).toBe(waiting)
    slow.take(MEBIBYTE)
    server.clock.advance(100)
    expect(used() - before).toBe(waiting - MEBIBYTE)
    slow.session.outputClass = 'replica'
    server.clock.advance(100)
    expect(used()).toBe(before)
    slow.session.outputClass = 'normal'
    slow.run('PING')
    expect(used() - before).toBe(slow.queuedBytes)
    slow.session.close(true)
    expect(used()).toBe(before - SESSION_BYTES)
  })

  it('counts every connection', () => {
    const before = used()
    const others = Array.from({ length: 1000 }, () => server.connect())
    expect(used() - before).toBe(1000 * SESSION_BYTES)
    for (const { session } of others) session.close(true)
    expect(used()).toBe(before)
  })

  it('counts requests of clients that wait, and the keys that they wait for', () => {
    const before = used()
    const other = server.connect()
    other.raw('BLPOP', 'k'.repeat(MEBIBYTE), '0')
    expect(used() - before).toBeGreaterThan(2 * MEBIBYTE)
    const line = server.client.run(`CLIENT LIST ID ${other.session.id}`)
    expect(Number(/ argv-mem=(\d+)/.exec(line)?.[1])).toBeGreaterThan(MEBIBYTE)
    expect(Number(/ tot-mem=(\d+)/.exec(line)?.[1])).toBe(used() - before)
    server.client.raw('RPUSH', 'k'.repeat(MEBIBYTE), 'v')
    expect(used()).toBe(before + SESSION_BYTES)
    other.raw('BLPOP', ...Array.from({ length: 10_000 }, (_, i) => `key:${i}`), '0')
    expect(used() - before).toBeGreaterThan(2_000_000)
    other.session.close(true)
    expect(used()).toBe(before)
  })

  it('counts the names of clients and of their libraries', () => {
    const text = 'n'.repeat(MEBIBYTE)
    const before = used()
    const other = server.connect()
    for (const words of [
      ['CLIENT', 'SETNAME', text],
      ['CLIENT', 'SETINFO', 'LIB-NAME', text],
      ['CLIENT', 'SETINFO', 'LIB-VER', text],
      ['HELLO', '3', 'SETNAME', text],
    ])
      other.raw(...words)
    expect(used() - before).toBe(3 * MEBIBYTE + SESSION_BYTES)
    other.run('RESET')
    expect(used() - before).toBe(2 * MEBIBYTE + SESSION_BYTES)
    other.session.close(true)
    expect(used()).toBe(before)
  })

  it('is what maxmemory is compared with: keys make way for the buffers of clients', () => {
    for (let i = 0; i < 200; i++) server.client.raw('SET', `key:${i}`, 'x'.repeat(10_000))
    server.client.run('CONFIG SET maxmemory-policy allkeys-lru')
    server.client.run(`CONFIG SET maxmemory ${used() + MEBIBYTE}`)
    server.client.run('PING')
    expect(server.engine.db(0).size).toBe(200)
    server.connect().bytes(encodeCommand(['ECHO', 'x'.repeat(4 * MEBIBYTE)]).subarray(0, 2 * MEBIBYTE))
    for (let i = 0; i < 100; i++) server.client.run('PING')
    expect(server.engine.db(0).size).toBeLessThan(110)
    expect(used()).toBeLessThanOrEqual(server.engine.maxmemoryBytes)
  })
})

describe('The memory of all clients', () => {
  /** What clients do, besides what the test does with their connections. */
  const LINES = [
    ...['MULTI', 'EXEC', 'DISCARD', 'RESET', 'GET a', 'SET a 1', 'SET b 1', 'RPUSH l v v', 'DEL l', 'NONSENSE'],
    ...['BLPOP l m n 0', 'BLPOP l 0.05', 'BLMOVE l m LEFT RIGHT 0', 'XREAD BLOCK 0 STREAMS s $', 'XADD s * f v'],
    ...['SUBSCRIBE a b', 'PSUBSCRIBE a* b*', 'SSUBSCRIBE a', 'UNSUBSCRIBE a', 'PUNSUBSCRIBE', 'PUBLISH a message'],
    ...[
      'CLIENT TRACKING ON BCAST PREFIX a PREFIX lo',
      'CLIENT TRACKING ON',
      'CLIENT TRACKING OFF',
      'HELLO 3',
      'HELLO 2',
    ],
    ...['CLIENT SETNAME some-name', 'CLIENT SETNAME other', 'CLIENT SETINFO LIB-NAME lib', 'HELLO 3 SETNAME third'],
    ...['CLIENT SETINFO LIB-VER 1.2.3', 'WATCH a b', 'WATCH c', 'UNWATCH', 'FLUSHALL', 'SWAPDB 0 1', 'SELECT 1'],
    ...['CLIENT PAUSE 20 WRITE', 'CLIENT NO-EVICT ON', 'MONITOR', 'CLIENT REPLY OFF', 'CLIENT REPLY ON', 'QUIT'],
  ]

  class Crowd {
    readonly #random: () => number
    clients: SlowClient[] = []
    /** What is still to come of a request that was cut. */
    readonly #rests = new Map<SlowClient, Uint8Array>()

    constructor(seed: number) {
      const { next } = seededRandom(seed)
      this.#random = next
    }

    #below(limit: number): number {
      return this.#random() % limit
    }

    step(): void {
      this.clients = this.clients.filter(({ closed }) => !closed)
      if (this.clients.length < 3 || this.#below(20) === 0) this.clients.push(new SlowClient(server.engine))
      const client = this.clients[this.#below(this.clients.length)] as SlowClient
      const { id } = client.session
      const choice = this.#below(30)
      if (choice === 0) server.client.run(`CLIENT KILL ID ${id}`)
      else if (choice === 1) client.session.close(this.#below(2) === 0)
      else if (choice === 2) server.client.run(`CLIENT UNBLOCK ${id} ERROR`)
      else if (choice === 3) server.clock.advance(this.#below(100))
      else if (choice === 4) client.reads = !client.reads
      else if (choice === 5) client.take(this.#below(client.queuedBytes + 1))
      else this.#send(client, choice > 24)
    }

    #send(client: SlowClient, isCut: boolean): void {
      const line = LINES[this.#below(LINES.length)] as string
      const request = this.#rests.get(client) ?? encodeCommand(line.split(' '))
      const end = isCut ? this.#below(request.length) : request.length
      client.bytes(request.subarray(0, end))
      if (end < request.length) this.#rests.set(client, request.subarray(end))
      else this.#rests.delete(client)
    }
  }

  it('is what CLIENT LIST, INFO and used_memory say, whatever they do, and none when they are gone', () => {
    for (let seed = 1; seed <= 20; seed++) {
      server = startTestEngine()
      const { engine, client } = server
      const crowd = new Crowd(seed)
      for (let i = 0; i < 200; i++) {
        crowd.step()
        const sizes = [...client.run('CLIENT LIST').matchAll(/ tot-mem=(\d+) /g)].map(([, bytes]) => Number(bytes))
        expect(sizes).toHaveLength(engine.sessions.size)
        expect(
          sizes.reduce((a, b) => a + b),
          `seed ${seed}, step ${i}`,
        ).toBe(normal())
      }
      for (const session of [...engine.sessions.values()]) session.close(true)
      expect(engine.clientBytes).toBe(0)
    }
  })
})
