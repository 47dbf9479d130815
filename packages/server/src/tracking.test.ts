/** Client-side caching with the libraries that our users have, over real sockets. */

import { Redis } from 'ioredis'
import { BasicClientSideCache, createClient } from 'redis'
import { describe, expect, it } from 'vitest'
import { Client, type Value } from './client.ts'
import { createServer } from './server.ts'

describe('client-side caching', () => {
  it('of node-redis drops what another client changes, lets expire or flushes', async () => {
    await using server = await createServer({ port: 0 })
    const cache = new BasicClientSideCache({ ttl: 0, maxEntries: 0 })
    const client = createClient({ socket: server.address, RESP: 3, clientSideCache: cache })
    const other = createClient({ socket: server.address, RESP: 3 })
    await Promise.all([client.connect(), other.connect()])
    const reads = async (): Promise<string | undefined> =>
      /cmdstat_get:calls=(\d+)/.exec(await other.info('commandstats'))?.[1]
    await other.set('key', 'one')
    expect([await client.get('key'), await client.get('key'), await reads()]).toEqual(['one', 'one', '1'])
    await other.set('key', 'two', { expiration: { type: 'PX', value: 500 } })
    await expect.poll(() => client.get('key')).toBe('two')
    await expect.poll(() => client.get('key')).toBeNull()
    await other.set('key', 'three')
    await expect.poll(() => client.get('key')).toBe('three')
    await other.flushAll()
    await expect.poll(() => client.get('key')).toBeNull()
    client.destroy()
    other.destroy()
  })

  it('by ioredis has a subscriber for the messages', async () => {
    await using server = await createServer({ port: 0 })
    const client = new Redis({ ...server.address, protocol: 2 })
    const subscriber = new Redis({ ...server.address, protocol: 2 })
    const heard: unknown[] = []
    subscriber.on('message', (channel, keys) => void heard.push([channel, keys]))
    const id = await subscriber.client('ID')
    await subscriber.subscribe('__redis__:invalidate')
    await client.client('TRACKING', 'ON', 'REDIRECT', id)
    await client.mget('a', 'b')
    await client.set('a', '1')
    await expect.poll(() => heard).toEqual([['__redis__:invalidate', 'a']])
    client.disconnect()
    subscriber.disconnect()
  })

  it('by the small client hears of changes in the order in which they were made', async () => {
    await using server = await createServer({ port: 0 })
    using client = new Client(server.connect())
    using other = new Client(server.connect())
    const heard: Value[] = []
    client.onPush = (push) => void heard.push(push as Value)
    await client.send('CLIENT', 'TRACKING', 'ON', 'BCAST', 'PREFIX', 'user:')
    for (let i = 0; i < 3; i++) await other.send('SET', `user:${i}`, 'x')
    await expect.poll(() => heard).toEqual([0, 1, 2].map((i) => ['invalidate', [`user:${i}`]]))
  })
})
