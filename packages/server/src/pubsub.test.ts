import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { Client } from './client.ts'
import { createServer } from './server.ts'

describe('A subscriber that does not read', () => {
  it('is dropped by the hard limit of its class, and others get every message', async () => {
    await using server = await createServer({ port: 0, 'client-output-buffer-limit': { pubsub: ['1mb', 0, 0] } })
    const slow = connect(server.port, '127.0.0.1').pause()
    slow.on('error', () => {})
    slow.write('SUBSCRIBE a\r\n')
    let heard = 0
    using subscriber = new Client(connect(server.port, '127.0.0.1'))
    subscriber.onPush = () => void heard++
    await subscriber.send('SUBSCRIBE', 'a')
    await expect.poll(() => server.call('PUBSUB', 'NUMSUB', 'a')).toEqual(['a', 2])
    using publisher = new Client(connect(server.port, '127.0.0.1'))
    const message = 'x'.repeat(10_000)
    let published = 0
    while (server.engine.pubsub.sessionCount === 2 && published < 5000) {
      await publisher.send('PUBLISH', 'a', message)
      published++
    }
    expect(server.engine.pubsub.sessionCount).toBe(1)
    await expect.poll(() => heard).toBe(published)
    expect(server.call('INFO', 'stats')).toContain('client_output_buffer_limit_disconnections:1')
    slow.destroy()
  })

  it('is dropped by the soft limit when it stays above it', async () => {
    const limits = { pubsub: ['100mb', '100kb', 1] as [string, string, number] }
    await using server = await createServer({ port: 0, 'client-output-buffer-limit': limits })
    const slow = connect(server.port, '127.0.0.1').pause()
    slow.on('error', () => {})
    slow.write('SUBSCRIBE a\r\n')
    await expect.poll(() => server.engine.pubsub.sessionCount).toBe(1)
    const [session] = server.engine.sessions.values()
    const message = 'x'.repeat(100_000)
    while ((session?.transport.queuedBytes ?? 0) < 200_000) server.call('PUBLISH', 'a', message)
    expect(server.engine.pubsub.sessionCount).toBe(1)
    await expect.poll(() => server.engine.pubsub.sessionCount, { timeout: 5000 }).toBe(0)
    slow.destroy()
  })
})
