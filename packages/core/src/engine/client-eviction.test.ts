/** Which clients are closed for `maxmemory-clients`, and that what all of them take adds up. */

import { describe, expect, it } from 'vitest'
import { startTestEngine, type TestClient } from '../commands/_test-client.ts'
import { fromLatin1 } from '../structures/bytes.ts'

/** Begins an argument of this size, all of it but the last byte. */
function hold(client: TestClient, bytes: number): void {
  client.bytes(fromLatin1(`*2\r\n$4\r\nECHO\r\n$${bytes}\r\n${'x'.repeat(bytes - 1)}`))
}

describe('maxmemory-clients', () => {
  it('closes those that take the most, until the others fit', () => {
    const { engine, client, connect } = startTestEngine()
    client.run('CONFIG SET maxmemory-clients 1mb')
    const [small, large, medium] = [connect(), connect(), connect()]
    hold(small, 100_000)
    hold(medium, 400_000)
    expect([small.closed, medium.closed]).toEqual([false, false])
    hold(large, 700_000)
    expect([small.closed, medium.closed, large.closed]).toEqual([false, false, true])
    expect(engine.stats.evictedClients).toBe(1)
    expect(client.run('PING')).toBe('PONG')
  })

  it('leaves alone who said CLIENT NO-EVICT ON, and counts it', () => {
    const { client, connect } = startTestEngine()
    client.run('CONFIG SET maxmemory-clients 1mb')
    const [large, small] = [connect(), connect()]
    large.run('CLIENT NO-EVICT ON')
    hold(large, 2_000_000)
    expect(large.closed).toBe(false)
    hold(small, 1000)
    expect(small.closed).toBe(true)
    expect(large.closed).toBe(false)
  })

  it('closes clients that wait with a large request, and clients with a large name', () => {
    const { client, connect } = startTestEngine()
    client.run('CONFIG SET maxmemory-clients 1mb')
    const [waiting, named] = [connect(), connect()]
    waiting.raw('BLPOP', 'k'.repeat(400_000), '0')
    expect([waiting.closed, named.closed]).toEqual([true, false])
    named.raw('CLIENT', 'SETNAME', 'n'.repeat(1_000_000))
    expect(named.closed).toBe(false)
    named.raw('CLIENT', 'SETINFO', 'LIB-NAME', 'n'.repeat(100_000))
    expect([named.closed, client.closed]).toEqual([true, false])
  })

  it('is a part of maxmemory, when it is given in percent', () => {
    const { client, connect } = startTestEngine()
    client.run('CONFIG SET maxmemory-clients 10%')
    const other = connect()
    hold(other, 2_000_000)
    expect(other.closed).toBe(false)
    client.run('CONFIG SET maxmemory 10mb')
    expect([other.closed, client.closed]).toEqual([true, false])
  })

  it('is at least 128 KB, so that a client can raise it again', () => {
    const { client, connect } = startTestEngine()
    client.run('CONFIG SET maxmemory-clients 1')
    const other = connect()
    hold(other, 100_000)
    expect([other.closed, client.closed]).toEqual([false, false])
    hold(connect(), 60_000)
    expect(other.closed).toBe(true)
  })
})

describe('The memory of clients', () => {
  it('counts watched keys, queued requests, subscriptions and prefixes, and is none when they are gone', () => {
    const { engine, client, connect } = startTestEngine()
    const alone = engine.clientBytes
    const empty = client.session.memoryBytes
    const does: readonly (readonly string[])[] = [
      ['WATCH a b', 'MULTI', 'SET a 1'],
      ['SUBSCRIBE a b c'],
      ['CLIENT TRACKING ON BCAST PREFIX a PREFIX b'],
    ]
    for (const lines of does) {
      const other = connect()
      const before = engine.clientBytes
      for (const line of lines) other.run(line)
      expect(other.session.memoryBytes, lines[0]).toBeGreaterThan(empty)
      expect(engine.clientBytes, lines[0]).toBeGreaterThan(before)
      other.run('RESET')
      expect([other.session.memoryBytes, engine.clientBytes], lines[0]).toEqual([empty, before])
      for (const line of lines) other.run(line)
      other.session.close(true)
      expect(engine.clientBytes, lines[0]).toBe(alone)
    }
  })
})
