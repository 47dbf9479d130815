/** What a client costs that does not read its replies, and what becomes of its requests. */

import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createServer } from './server.ts'

describe('a client that does not read its replies', () => {
  it.each(['tcp', 'memory'])('has its requests wait until it does: over %s', async (way) => {
    await using server = await createServer({ port: 0 })
    const { stats } = server.engine
    server.call('SET', 'large', 'x'.repeat(2 ** 20))
    const before = stats.commandsProcessed
    const stream = way === 'tcp' ? connect(server.port, '127.0.0.1') : server.connect()
    stream.pause()
    stream.write('GET large\r\n'.repeat(100))
    // 16 MB wait, and what the system holds for the socket.
    await expect.poll(() => server.engine.clientBytes).toBeGreaterThan(16 * 2 ** 20)
    expect(stats.commandsProcessed - before).toBeLessThan(60)
    stream.write('INCR counter\r\nSUBSCRIBE channel\r\n')
    await new Promise((done) => setTimeout(done, 50))
    expect(server.call('GET', 'counter')).toBe(null)
    expect(server.engine.clientBytes).toBeLessThan(20 * 2 ** 20)
    let received = 0
    let last = ''
    stream.on('data', (part: Buffer) => {
      received += part.length
      last = part.subarray(-100).toString()
    })
    stream.resume()
    const end = ':1\r\n*3\r\n$9\r\nsubscribe\r\n$7\r\nchannel\r\n:1\r\n'
    await expect.poll(() => received, { timeout: 10_000 }).toBe(100 * (2 ** 20 + 12) + end.length)
    expect(last.endsWith(end)).toBe(true)
    expect(server.call('GET', 'counter')).toBe('1')
    stream.destroy()
  })
})

describe('maxmemory-clients', () => {
  it('ends who reads nothing within its batch of requests, long before that is over', async () => {
    await using server = await createServer({ port: 0, 'maxmemory-clients': '5mb' })
    server.call('RPUSH', 'list', ...Array.from({ length: 20_000 }, () => 'x'.repeat(100)))
    const before = server.engine.stats.commandsProcessed
    const socket = connect(server.port, '127.0.0.1').pause()
    socket.on('error', () => {})
    socket.write('LRANGE list 0 -1\r\n'.repeat(1000))
    await expect.poll(() => server.engine.stats.evictedClients).toBe(1)
    expect(server.engine.stats.commandsProcessed - before).toBeLessThan(100)
    expect(server.engine.clientBytes).toBeLessThan(1_000_000)
    socket.destroy()
  })
})
