import { encodeRequest } from '@kvasir/protocol'
import { describe, expect, it } from 'vitest'
import { startTestEngine } from '../commands/_test-client.ts'
import { latin1 } from '../structures/bytes.ts'

function bytesOf(...requests: readonly string[][]): Uint8Array {
  const parts = requests.map((words) => encodeRequest(words))
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

describe('A session', () => {
  it('answers the same wherever its requests are cut', () => {
    const requests = bytesOf(
      ['SET', 'key', 'a value with\r\nline ends'],
      ['GET', 'key'],
      ['MGET', 'key', 'none', 'key'],
      ['SET', 'large', 'x'.repeat(300)],
      ['STRLEN', 'large'],
      ['NOSUCH', 'command'],
      ['DEL', 'key', 'large'],
    )
    const whole = startTestEngine().client.bytes(requests)
    for (let cut = 0; cut <= requests.length; cut++) {
      const { client } = startTestEngine()
      const first = client.bytes(requests.subarray(0, cut))
      expect(first + client.bytes(requests.subarray(cut))).toBe(whole)
      expect(client.session.queryBufferBytes).toBe(0)
    }
  })

  it('holds no buffer between requests, and one only as large as what has come in the middle of one', () => {
    const { client } = startTestEngine()
    client.bytes(bytesOf(['PING']))
    expect(client.session.queryBufferCapacity).toBe(0)
    client.bytes(bytesOf(['SET', 'k', 'x'.repeat(1000)]).subarray(0, 100))
    expect([client.session.argumentBytes, client.session.queryBufferBytes]).toEqual([27, 73])
    expect(client.session.queryBufferCapacity).toBeLessThan(4096)
  })

  it('keeps what comes while it is blocked, each part copied once, and gives it back when it is closed', () => {
    const { engine, client } = startTestEngine()
    client.raw('BLPOP', 'list', '0')
    const part = bytesOf(...Array.from({ length: 500 }, () => ['PING']))
    const startUs = performance.now() * 1000
    for (let i = 0; i < 5000; i++) client.session.feed(part, 0, part.length)
    // Copies of all that has come, each time, would be 90 GB.
    expect(performance.now() * 1000 - startUs).toBeLessThan(5e6)
    expect(client.session.queryBufferBytes).toBe(5000 * part.length)
    const before = process.memoryUsage().arrayBuffers
    client.session.close(true)
    expect(before - process.memoryUsage().arrayBuffers).toBeGreaterThan(5000 * part.length - 2 ** 20)
    expect(engine.clientBuffers.bytes).toBe(0)
  })

  it('gives back a request that was cut when it is closed', () => {
    const { client } = startTestEngine()
    const request = bytesOf(['SET', 'key', 'x'.repeat(2 ** 24)]).subarray(0, 2 ** 23)
    client.session.feed(request, 0, request.length)
    const before = process.memoryUsage().arrayBuffers
    client.session.close(true)
    expect(before - process.memoryUsage().arrayBuffers).toBeGreaterThan(2 ** 22)
  })

  it('is ended when its transaction is larger than what may be read ahead', () => {
    const { engine, client } = startTestEngine()
    engine.queryBufferBytesMax = 2 ** 20
    client.run('MULTI')
    let queued = 0
    while (!client.closed && queued < 60) {
      client.raw('SET', 'key', 'x'.repeat(50_000))
      queued++
    }
    expect(queued).toBe(21)
    expect(engine.stats.queryBufferLimitDisconnections).toBe(1)
    expect(engine.transactions.queuedBytes).toBe(0)
  })

  it('says nothing of a request that breaks the protocol while its replies are off', () => {
    for (const [line, reply] of [
      ['CLIENT REPLY OFF', ''],
      ['CLIENT REPLY SKIP', ''],
      ['CLIENT REPLY ON', '+OK\r\n'],
    ] as const) {
      const { client } = startTestEngine()
      expect(client.raw(...line.split(' '))).toBe(reply)
      const answer = client.bytes(new TextEncoder().encode('*1\r\n+PING\r\n'))
      expect(answer).toBe(reply === '' ? '' : "-ERR Protocol error: expected '$', got '+'\r\n")
      expect(client.closed).toBe(true)
    }
  })

  it('keeps its protocol while another client is served from within its command', () => {
    const { engine, client, connect } = startTestEngine()
    const other = connect()
    client.raw('HELLO', '3')
    let heard = ''
    engine.events.subscribe({
      classes: -1,
      onKeyEvent: (_class, event) => {
        if (event === 'set') heard = other.raw('GET', 'none')
      },
    })
    expect(client.bytes(bytesOf(['SET', 'k', 'v'], ['GET', 'none'], ['GET', 'k']))).toBe('+OK\r\n_\r\n$1\r\nv\r\n')
    expect(heard).toBe('$-1\r\n')
  })

  it('runs each request of a pipeline in the database and protocol that those before it chose', () => {
    const { client } = startTestEngine()
    const pipeline = bytesOf(
      ['SET', 'k', 'zero'],
      ['SELECT', '1'],
      ['GET', 'k'],
      ['SET', 'k', 'one'],
      ['SWAPDB', '0', '1'],
      ['GET', 'k'],
      ['HELLO', '3', 'SETNAME', 'me'],
      ['GET', 'none'],
      ['FLUSHALL'],
      ['GET', 'k'],
    )
    const replies = client.bytes(pipeline)
    expect(replies.startsWith('+OK\r\n+OK\r\n$-1\r\n+OK\r\n+OK\r\n$4\r\nzero\r\n')).toBe(true)
    expect(replies.endsWith('_\r\n+OK\r\n_\r\n')).toBe(true)
  })

  it('runs nothing behind a QUIT or a protocol error', () => {
    for (const stop of [bytesOf(['QUIT']), new Uint8Array([42, 120, 13, 10])]) {
      const { client, engine } = startTestEngine()
      const after = bytesOf(['SET', 'late', 'v'])
      const bytes = new Uint8Array([...bytesOf(['SET', 'early', 'v']), ...stop, ...after])
      client.bytes(bytes)
      expect(client.closed).toBe(true)
      expect([...engine.databases()].map((db) => db.size)).toEqual([1])
    }
  })

  it('cuts off a web browser before it runs what the page put into the body of its request', () => {
    for (const head of ['POST / HTTP/1.1\r\n', 'GET / HTTP/1.1\r\nHost: localhost:6379\r\n', 'host:\r\n']) {
      const { client, engine } = startTestEngine()
      client.bytes(new TextEncoder().encode(`${head}\r\nSET late v\r\n`))
      expect(client.closed).toBe(true)
      expect([...engine.databases()].map((db) => db.size)).toEqual([0])
    }
    const { client } = startTestEngine()
    expect(client.raw('GHOST:')).toContain("-ERR unknown command 'GHOST:'")
    expect(client.closed).toBe(false)
  })

  it('closes when a request grows beyond the query buffer limit', () => {
    const { client, engine } = startTestEngine()
    engine.queryBufferBytesMax = 10_000
    client.bytes(bytesOf(['SET', 'k', 'x'.repeat(50_000)]).subarray(0, 9_000))
    expect(client.closed).toBe(false)
    client.bytes(bytesOf(['SET', 'k', 'x'.repeat(50_000)]).subarray(9_000, 20_000))
    expect(client.closed).toBe(true)
    expect(engine.stats.queryBufferLimitDisconnections).toBe(1)
  })

  it('limits the single argument, as Valkey does, not the whole request', () => {
    const pieces = (size: number, count: number, pieceBytes: number): boolean => {
      const { client, engine } = startTestEngine()
      engine.queryBufferBytesMax = 10_000
      const words = Array.from({ length: count }, (_, i) => [`k${i}`, 'x'.repeat(size)]).flat()
      const request = bytesOf(['MSET', ...words])
      for (let at = 0; at < request.length; at += pieceBytes) client.bytes(request.subarray(at, at + pieceBytes))
      return engine.db(0).size === count && !client.closed
    }
    for (const pieceBytes of [100, 3000, 60_000]) {
      expect([pieceBytes, pieces(100, 500, pieceBytes)]).toEqual([pieceBytes, true])
      expect([pieceBytes, pieces(9900, 20, pieceBytes)]).toEqual([pieceBytes, true])
    }
    for (const pieceBytes of [100, 3000, 12_000]) {
      expect([pieceBytes, pieces(10_000, 20, pieceBytes)]).toEqual([pieceBytes, false])
    }
  })

  it('takes a value of many megabytes in small pieces', () => {
    const { client } = startTestEngine()
    const request = bytesOf(['SET', 'big', 'y'.repeat(3_000_000)])
    let replies = ''
    for (let at = 0; at < request.length; at += 65_536) replies += client.bytes(request.subarray(at, at + 65_536))
    expect(replies).toBe('+OK\r\n')
    expect(client.raw('STRLEN', 'big')).toBe(':3000000\r\n')
    expect(latin1(request, 0, 4)).toBe('*3\r\n')
  })
})
