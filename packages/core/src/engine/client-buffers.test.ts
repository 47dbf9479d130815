import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, TestClient, type TestEngine } from '../commands/_test-client.ts'
import { encodeCommand } from './reply-value.ts'

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
    expect(normal()).toBe(used() - before)
    other.bytes(request.subarray(3 * MEBIBYTE))
    expect(used()).toBe(before)
    expect(normal()).toBe(0)
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
