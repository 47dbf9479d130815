/** Transactions, messages, blocking commands, streams and caches through node-redis. */

import { AbortError, BasicClientSideCache, createClientPool, MultiErrorReply, WatchError } from 'redis'
import { describe, expect, it } from 'vitest'
import { Cell, cells, cellsOfResp3, cellTitle, event, soon } from './_test-cell.ts'

const BYTES = Buffer.from([0, 255, 13, 10, 128])

describe.each(cells)(`node-redis ${cellTitle}`, (at) => {
  it('runs a transaction and gets all its replies', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    expect(await client.multi().set('k', '1').incr('k').hSet('h', 'f', 'v').hGetAll('h').exec()).toEqual([
      'OK',
      2,
      1,
      Object.assign(Object.create(null), { f: 'v' }),
    ])
    expect(await client.multi().exec()).toEqual([])
    expect(await client.multi().select(3).set('k', 'three').exec()).toEqual(['OK', 'OK'])
    expect(await client.get('k')).toBe('three')
    expect(await client.multi().addCommand(['GET', 'k']).exec()).toEqual(['three'])
  })

  it('says so when a watched key has changed', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    await client.watch('k')
    await cell.call('SET', 'k', 'other')
    await expect(client.multi().set('k', 'mine').exec()).rejects.toThrow(WatchError)
    expect(await client.multi().set('k', 'mine').exec()).toEqual(['OK'])
    await client.watch(['k', 'l'])
    await cell.call('SET', 'k', 'other')
    await client.unwatch()
    expect(await client.multi().get('k').exec()).toEqual(['other'])
  })

  it('watches keys on a connection that a pool lends', async () => {
    await using cell = await Cell.open(at)
    const pool = createClientPool(cell.nodeRedisOptions(), { minimum: 1, maximum: 3 })
    await pool.on('error', () => {}).connect()
    cell.keep(() => pool.destroy())
    await pool.set('n', '0')
    const increment = (): Promise<unknown> =>
      pool.execute(async (client) => {
        for (;;) {
          await client.watch('n')
          const next = Number(await client.get('n')) + 1
          try {
            return await client.multi().set('n', `${next}`).exec()
          } catch (error) {
            if (!(error instanceof WatchError)) throw error
          }
        }
      })
    await Promise.all(Array.from({ length: 12 }, increment))
    expect(await pool.get('n')).toBe('12')
  })

  it('does not run a transaction with a command that was refused', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    const refused = client.multi().set('k', 'v').addCommand(['SET', 'k']).exec()
    await expect(refused).rejects.toThrow("ERR wrong number of arguments for 'set' command")
    expect(await client.info('errorstats')).toContain('errorstat_EXECABORT:count=1')
    expect(await client.get('k')).toBeNull()
  })

  it('runs the rest of a transaction behind an error', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    const transaction = client.multi().set('k', 'v').lPush('k', 'x').append('k', '!')
    const error = (await transaction.exec().catch((reason: Error) => reason)) as MultiErrorReply
    expect(error).toBeInstanceOf(MultiErrorReply)
    expect(error.errorIndexes).toEqual([1])
    expect(error.replies[2]).toBe(2)
    expect([...error.errors()].map(({ message }) => message)).toEqual([
      'WRONGTYPE Operation against a key holding the wrong kind of value',
    ])
    expect(await client.get('k')).toBe('v!')
  })

  it('subscribes to channels, patterns and shard channels', async () => {
    await using cell = await Cell.open(at)
    const [subscriber, publisher] = [await cell.nodeRedis(), await cell.nodeRedis()]
    const heard: unknown[] = []
    const listener = (message: unknown, channel: unknown): void => void heard.push([channel, message])
    await subscriber.subscribe(['news', 'other'], listener)
    await subscriber.subscribe('bytes', listener, true)
    await subscriber.pSubscribe('n?ws', listener)
    await subscriber.sSubscribe('orders', listener)
    expect(await publisher.publish('news', 'hello')).toBe(2)
    expect(await publisher.publish('bytes', BYTES)).toBe(1)
    expect(await publisher.sPublish('orders', 'one')).toBe(1)
    await expect
      .poll(() => heard)
      .toEqual([
        ['news', 'hello'],
        ['news', 'hello'],
        [Buffer.from('bytes'), BYTES],
        ['orders', 'one'],
      ])
    expect((await publisher.pubSubChannels()).sort()).toEqual(['bytes', 'news', 'other'])
    expect(await publisher.pubSubNumPat()).toBe(1)
    expect({ ...(await publisher.pubSubShardNumSub(['orders'])) }).toEqual({ orders: 1 })
    await subscriber.unsubscribe()
    await subscriber.pUnsubscribe()
    await subscriber.sUnsubscribe()
    expect(await publisher.publish('news', 'nobody')).toBe(0)
    expect(await subscriber.exists('k')).toBe(0)
  })

  it('may do other things while it is subscribed with RESP3 alone', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    await client.subscribe('news', () => {})
    if (cell.protocol === 3) expect(await client.set('k', 'v')).toBe('OK')
    else await expect(client.set('k', 'v')).rejects.toThrow("ERR Can't execute 'set': only (P|S)SUBSCRIBE")
    expect(await client.ping()).toBe(cell.protocol === 3 ? 'PONG' : 'pong')
  })

  it('subscribes again when it has reconnected', async () => {
    await using cell = await Cell.open(at)
    const subscriber = await cell.nodeRedis({ name: 'subscriber' })
    const id = await subscriber.clientId()
    const heard: string[] = []
    const listener = (message: string): void => void heard.push(message)
    await subscriber.subscribe('news', listener)
    await subscriber.pSubscribe('a*', listener)
    await subscriber.sSubscribe('orders', listener)
    const ready = event(subscriber, 'ready')
    await cell.call('CLIENT', 'KILL', 'ID', id)
    await ready
    expect(await cell.call('CLIENT', 'LIST')).toMatch(/ name=subscriber .* sub=1 psub=1 ssub=1 /)
    for (const channel of ['news', 'abc']) expect(await cell.call('PUBLISH', channel, channel)).toBe(1)
    expect(await cell.call('SPUBLISH', 'orders', 'one')).toBe(1)
    await soon(() => heard).toEqual(['news', 'abc', 'one'])
  })

  it('hears of changes of keys', async () => {
    await using cell = await Cell.open(at, { 'notify-keyspace-events': 'KEA' })
    const subscriber = await cell.nodeRedis()
    const heard: unknown[] = []
    await subscriber.pSubscribe('__key*__:*', (message, channel) => void heard.push([channel, message]))
    await cell.call('SET', 'k', 'v', 'PX', 1)
    await soon(() => heard).toHaveLength(6)
    expect(heard).toEqual(
      ['set', 'expire', 'expired'].flatMap((name) => [
        ['__keyspace@0__:k', name],
        [`__keyevent@0__:${name}`, 'k'],
      ]),
    )
  })

  it('waits for elements, until a time or until it is unblocked', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    const waiting = await client
      .duplicate()
      .on('error', () => {})
      .connect()
    cell.keep(() => waiting.destroy())
    const blocked = (count: number) => soon(() => client.info('clients')).toContain(`blocked_clients:${count}`)
    const popped = waiting.blPop(['a', 'b'], 0)
    await blocked(1)
    await client.rPush('b', 'element')
    expect(await popped).toEqual({ key: 'b', element: 'element' })
    const least = waiting.bzPopMin('z', 0)
    await blocked(1)
    await client.zAdd('z', { value: 'm', score: 1.5 })
    expect(await least).toEqual({ key: 'z', value: 'm', score: 1.5 })
    const read = waiting.xRead({ key: 's', id: '$' }, { BLOCK: 0 })
    await blocked(1)
    await client.xAdd('s', '5-1', { f: 'v' })
    expect(await read).toMatchObject([{ name: 's', messages: [{ id: '5-1', message: { f: 'v' } }] }])
    expect(await waiting.blPop('none', 0.01)).toBeNull()
    expect(await waiting.bzPopMax('none', 0.01)).toBeNull()
    expect(await waiting.blMove('none', 'to', 'LEFT', 'RIGHT', 0.01)).toBeNull()
    expect(await waiting.blmPop(0.01, ['none'], 'LEFT')).toBeNull()
    expect(await waiting.xRead({ key: 's', id: '$' }, { BLOCK: 1 })).toBeNull()
    const id = await waiting.clientId()
    const unblocked = waiting.brPop('none', 0).catch((error: Error) => error.message)
    await blocked(1)
    expect(await client.clientUnblock(id, 'ERROR')).toBe(1)
    expect(await unblocked).toBe('UNBLOCKED client unblocked via CLIENT UNBLOCK')
  })

  it('takes back what was not sent yet when it is aborted', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    const controller = new AbortController()
    const aborted = client.withAbortSignal(controller.signal).set('k', 'v')
    controller.abort()
    await expect(aborted).rejects.toThrow(AbortError)
    expect(await client.get('k')).toBeNull()
  })

  it('forgets what it waited for when it is destroyed', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    const popped = client.blPop('list', 0).catch((error: Error) => error.name)
    await soon(() => cell.call('INFO', 'clients')).toContain('blocked_clients:1')
    client.destroy()
    await popped
    await soon(() => cell.call('INFO', 'clients')).toContain('blocked_clients:0')
    expect(await cell.call('RPUSH', 'list', 'kept')).toBe(1)
    expect(await cell.call('LLEN', 'list')).toBe(1)
  })

  it('reads a stream in a group', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    expect(await client.xGroupCreate('s', 'g', '$', { MKSTREAM: true })).toBe('OK')
    await expect(client.xGroupCreate('s', 'g', '$')).rejects.toThrow('BUSYGROUP Consumer Group name already exists')
    for (let i = 1; i <= 3; i++) await client.xAdd('s', `${i}-0`, { n: `${i}` })
    const entries = (...ids: number[]) => ids.map((i) => ({ id: `${i}-0`, message: { n: `${i}` } }))
    const read = await client.xReadGroup('g', 'alice', { key: 's', id: '>' }, { COUNT: 2 })
    expect(read).toMatchObject([{ name: 's', messages: entries(1, 2) }])
    expect(await client.xAck('s', 'g', '1-0')).toBe(1)
    expect(await client.xPending('s', 'g')).toMatchObject({
      pending: 1,
      firstId: '2-0',
      lastId: '2-0',
      consumers: [{ name: 'alice', deliveriesCounter: 1 }],
    })
    expect(await client.xAutoClaim('s', 'g', 'bob', 0, '0')).toMatchObject({ nextId: '0-0', messages: entries(2) })
    expect(await client.xPendingRange('s', 'g', '-', '+', 10)).toMatchObject([{ id: '2-0', consumer: 'bob' }])
    const rest = client.xReadGroup('g', 'bob', { key: 's', id: '>' }, { BLOCK: 0 })
    expect(await rest).toMatchObject([{ name: 's', messages: entries(3) }])
    expect(await client.xInfoStream('s')).toMatchObject({ length: 3, groups: 1, 'last-generated-id': '3-0' })
    expect(await client.xInfoGroups('s')).toMatchObject([{ name: 'g', consumers: 2, pending: 2, lag: 0 }])
    expect(await client.xInfoConsumers('s', 'g')).toMatchObject([{ name: 'alice' }, { name: 'bob', pending: 2 }])
    expect(await client.xTrim('s', 'MAXLEN', 1)).toBe(2)
    expect(await client.xRevRange('s', '+', '-', { COUNT: 1 })).toMatchObject(entries(3))
  })

  it('monitors what others do', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis({ database: 3 })
    const monitor = await cell.nodeRedis()
    const lines: string[] = []
    await monitor.monitor((line) => void lines.push(line as string))
    await client.set('key', 'a "b"\r\n')
    await soon(() => lines.length).toBe(1)
    const source = cell.way === 'unix' ? 'unix:/.*kvasir\\.sock' : '127\\.0\\.0\\.1:\\d+'
    expect(lines[0]).toMatch(new RegExp(`^\\d+\\.\\d{6} \\[3 ${source}\\] "SET" "key" "a \\\\"b\\\\"\\\\r\\\\n"$`))
    const told = lines.length
    await monitor.reset()
    await client.set('key', 'unheard')
    expect(await monitor.get('key')).toBeNull()
    expect(lines.length).toBe(told)
  })
})

describe.each(cellsOfResp3)(`node-redis ${cellTitle}`, (at) => {
  it('keeps what it has read until somebody changes it', async () => {
    await using cell = await Cell.open(at)
    const cache = new BasicClientSideCache({ ttl: 0, maxEntries: 0 })
    const client = await cell.nodeRedis({ clientSideCache: cache })
    await cell.call('SET', 'k', 'one')
    await cell.call('HSET', 'h', 'f', 'v')
    expect([await client.get('k'), await client.get('k'), await client.hGet('h', 'f')]).toEqual(['one', 'one', 'v'])
    expect(cache.stats()).toMatchObject({ hitCount: 1, missCount: 2 })
    await cell.call('SET', 'k', 'two')
    await soon(() => client.get('k')).toBe('two')
    await cell.call('PEXPIRE', 'k', 1)
    await soon(() => client.get('k')).toBeNull()
    await cell.call('SET', 'k', 'three')
    await soon(() => client.get('k')).toBe('three')
    await cell.call('FLUSHALL')
    await soon(() => client.get('k')).toBeNull()
    expect(await client.hGet('h', 'f')).toBeNull()
  })

  it('tells what has become invalid', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis({ emitInvalidate: true })
    await client.get('k')
    const told = event(client, 'invalidate')
    await cell.call('SET', 'k', 'v')
    expect(String((await told)[0])).toBe('k')
  })

  it('shares a cache among the connections of a pool', async () => {
    await using cell = await Cell.open(at)
    const { clientSideCache: _, ...options } = cell.nodeRedisOptions()
    const pool = createClientPool(options, { minimum: 2, clientSideCache: { ttl: 0, maxEntries: 100 } })
    await pool.on('error', () => {}).connect()
    cell.keep(() => pool.destroy())
    await cell.call('SET', 'k', 'one')
    expect([await pool.get('k'), await pool.get('k')]).toEqual(['one', 'one'])
    await cell.call('SET', 'k', 'two')
    await soon(() => pool.get('k')).toBe('two')
  })
})
