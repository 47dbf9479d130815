import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, describe, expect, it } from 'vitest'
import { Client } from './client.ts'
import { createServer, type Server } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'kvasir-pubsub-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let sockets = 0
const ways = ['tcp', 'unix'] as const
const bothVersions = ways.flatMap((way) => [[way, 2] as const, [way, 3] as const])
const start = (way: 'tcp' | 'unix'): Promise<Server> =>
  createServer(way === 'tcp' ? { port: 0 } : { port: null, unixsocket: join(folder, `${++sockets}.sock`) })

const BYTES = Buffer.from([0, 255, 13, 10, 128])

describe('client libraries', () => {
  it.each(bothVersions)('ioredis subscribes and publishes over %s in RESP%i', async (way, protocol) => {
    await using server = await start(way)
    const options = { ...(way === 'tcp' ? server.address : { path: server.path as string }), protocol }
    const publisher = new Redis(options)
    const subscriber = new Redis(options)
    const heard: unknown[] = []
    subscriber.on('message', (channel, message) => void heard.push([channel, message]))
    subscriber.on('pmessage', (pattern, channel, message) => void heard.push([pattern, channel, message]))
    subscriber.on('smessage', (channel, message) => void heard.push(['shard', channel, message]))
    expect(await subscriber.subscribe('news', 'other')).toBe(2)
    expect(await subscriber.psubscribe('n?ws')).toBe(3)
    expect(await subscriber.ssubscribe('orders')).toBe(1)
    expect(await subscriber.ping()).toEqual(protocol === 2 ? ['pong', ''] : 'PONG')
    expect(await publisher.publish('news', 'hello')).toBe(2)
    expect(await publisher.spublish('orders', 'one')).toBe(1)
    await expect.poll(() => heard.length).toBe(3)
    expect(heard).toEqual([
      ['news', 'hello'],
      ['n?ws', 'news', 'hello'],
      ['shard', 'orders', 'one'],
    ])
    const buffers = once(subscriber, 'messageBuffer')
    await publisher.publish('other', BYTES)
    expect((await buffers)[1]).toEqual(BYTES)
    expect(await publisher.pubsub('NUMSUB', 'news', 'none')).toEqual(['news', 1, 'none', 0])
    expect(await subscriber.unsubscribe('news', 'other')).toBe(1)
    expect(await subscriber.punsubscribe('n?ws')).toBe(0)
    await subscriber.sunsubscribe('orders')
    expect(await subscriber.get('key')).toBeNull()
    publisher.disconnect()
    subscriber.disconnect()
  })

  it('ioredis hears of keys that expire', async () => {
    await using server = await createServer({ port: 0, 'notify-keyspace-events': 'Ex' })
    const subscriber = new Redis(server.address)
    await subscriber.psubscribe('__keyevent@*__:expired')
    const told = once(subscriber, 'pmessage')
    server.call('SET', 'session', 'value', 'PX', 20)
    expect(await told).toEqual(['__keyevent@*__:expired', '__keyevent@0__:expired', 'session'])
    subscriber.disconnect()
  })

  it.each(bothVersions)('node-redis subscribes and publishes over %s in RESP%i', async (way, RESP) => {
    await using server = await start(way)
    const socket = way === 'tcp' ? server.address : { path: server.path as string, tls: false as const }
    const publisher = createClient({ socket, RESP })
    const subscriber = createClient({ socket, RESP })
    for (const client of [publisher, subscriber]) await client.on('error', () => {}).connect()
    const heard: unknown[] = []
    await subscriber.subscribe(['news', 'other'], (message, channel) => void heard.push([channel, message]))
    await subscriber.pSubscribe('n?ws', (message, channel) => void heard.push(['pattern', channel, message]))
    await subscriber.sSubscribe('orders', (message, channel) => void heard.push(['shard', channel, message]))
    await subscriber.subscribe('bytes', (message) => void heard.push(message), true)
    expect(await publisher.publish('news', 'hello')).toBe(2)
    expect(await publisher.sPublish('orders', 'one')).toBe(1)
    expect(await publisher.publish('bytes', BYTES)).toBe(1)
    await expect.poll(() => heard.length).toBe(4)
    expect(heard).toEqual([['news', 'hello'], ['pattern', 'news', 'hello'], ['shard', 'orders', 'one'], BYTES])
    expect(await publisher.pubSubNumSub(['news'])).toEqual(
      RESP === 2 ? Object.assign(Object.create(null), { news: 1 }) : expect.anything(),
    )
    await subscriber.unsubscribe()
    await subscriber.pUnsubscribe('n?ws')
    await subscriber.sUnsubscribe('orders')
    expect(await publisher.publish('news', 'nobody')).toBe(0)
    expect(await subscriber.get('key')).toBeNull()
    publisher.destroy()
    subscriber.destroy()
  })
})

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
