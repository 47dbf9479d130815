/** Transactions, messages, blocking commands and streams through ioredis. */

import type { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { Cell, cells, cellTitle, event, soon } from './_test-cell.ts'

const BYTES = Buffer.from([0, 255, 13, 10, 128])

/** Kills the connection of a client and waits until it has another. */
async function reconnect(cell: Cell, redis: Redis): Promise<void> {
  const ready = event(redis, 'reconnecting').then(() => event(redis, 'ready'))
  const { localAddress, localPort } = redis.stream as { localAddress?: string; localPort?: number }
  const filter = cell.way === 'unix' ? ['TYPE', 'PUBSUB'] : ['ADDR', `${localAddress}:${localPort}`]
  await cell.call('CLIENT', 'KILL', ...filter)
  await ready
}

describe.each(cells)(`ioredis ${cellTitle}`, (at) => {
  it('runs a transaction and gets all its replies', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis()
    expect(await redis.multi().set('k', '1').incr('k').get('k').exec()).toEqual([
      [null, 'OK'],
      [null, 2],
      [null, '2'],
    ])
    expect(await redis.multi({ pipeline: false })).toBe('OK')
    expect(await redis.incr('k')).toBe('QUEUED')
    expect(await redis.exec()).toEqual([[null, 3]])
    expect(await redis.multi().set('b', BYTES).getBuffer('b').exec()).toEqual([
      [null, 'OK'],
      [null, BYTES],
    ])
    const words = [['get', 'k'], ['multi'], ['incr', 'k'], ['exec'], ['get', 'k']]
    expect(await redis.pipeline(words).exec()).toEqual([
      [null, '3'],
      [null, 'OK'],
      [null, 'QUEUED'],
      [null, [4]],
      [null, '4'],
    ])
  })

  it('discards a transaction', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis()
    await redis.multi({ pipeline: false })
    await redis.set('k', 'v')
    expect(await redis.discard()).toBe('OK')
    expect(await redis.get('k')).toBeNull()
    await expect(redis.discard()).rejects.toThrow('ERR DISCARD without MULTI')
    await expect(redis.exec()).rejects.toThrow('ERR EXEC without MULTI')
  })

  it('gets null when a watched key has changed', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis()
    await redis.watch('k')
    await cell.call('SET', 'k', 'other')
    expect(await redis.multi().set('k', 'mine').exec()).toBeNull()
    expect(await redis.multi().set('k', 'mine').exec()).toEqual([[null, 'OK']])
    await redis.watch('k')
    await cell.call('SET', 'k', 'other')
    await redis.unwatch()
    expect(await redis.multi().get('k').exec()).toEqual([[null, 'other']])
  })

  it('does not run a transaction with a command that was refused', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis()
    const transaction = redis.multi([
      ['set', 'k', 'v'],
      ['set', 'k'],
    ])
    const error = await transaction.exec().catch((reason: Error) => reason)
    expect(error).toMatchObject({
      name: 'ReplyError',
      message: 'EXECABORT Transaction discarded because of previous errors.',
      previousErrors: [{ message: "ERR wrong number of arguments for 'set' command" }],
    })
    expect(await redis.get('k')).toBeNull()
  })

  it('runs the rest of a transaction behind an error', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis()
    const replies = await redis.multi().set('k', 'v').lpush('k', 'x').append('k', '!').exec()
    expect(replies?.map(([error, reply]) => error?.message ?? reply)).toEqual([
      'OK',
      'WRONGTYPE Operation against a key holding the wrong kind of value',
      2,
    ])
  })

  it('subscribes to channels, patterns and shard channels', async () => {
    await using cell = await Cell.open(at)
    const [subscriber, publisher] = [cell.ioredis(), cell.ioredis()]
    const heard: unknown[] = []
    for (const name of ['message', 'pmessage', 'smessage', 'messageBuffer', 'pmessageBuffer', 'smessageBuffer']) {
      subscriber.on(name, (...words) => void heard.push([name, ...words]))
    }
    expect(await subscriber.subscribe('news')).toBe(1)
    expect(await subscriber.psubscribe('n?ws', 'x*')).toBe(3)
    expect(await subscriber.ssubscribe('orders')).toBe(1)
    expect(subscriber.mode).toBe(cell.protocol === 2 ? 'subscriber' : 'normal')
    expect(await publisher.publish('news', BYTES)).toBe(2)
    expect(await publisher.spublish('orders', 'one')).toBe(1)
    const channel = Buffer.from('news')
    await expect
      .poll(() => heard)
      .toEqual([
        ['message', 'news', BYTES.toString()],
        ['messageBuffer', channel, BYTES],
        ['pmessage', 'n?ws', 'news', BYTES.toString()],
        ['pmessageBuffer', 'n?ws', channel, BYTES],
        ['smessage', 'orders', 'one'],
        ['smessageBuffer', Buffer.from('orders'), Buffer.from('one')],
      ])
    expect(await publisher.pubsub('CHANNELS')).toEqual(['news'])
    expect(await publisher.pubsub('NUMPAT')).toBe(2)
    expect(await publisher.pubsub('SHARDNUMSUB', 'orders')).toEqual(['orders', 1])
    expect(await subscriber.unsubscribe('news')).toBe(2)
    expect(await subscriber.punsubscribe('n?ws', 'x*')).toBe(0)
    expect(await subscriber.sunsubscribe('orders')).toBe(0)
    expect(await publisher.publish('news', 'nobody')).toBe(0)
    expect(await subscriber.set('k', 'v')).toBe('OK')
  })

  it('may do other things while it is subscribed with RESP3 alone', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis()
    await redis.subscribe('news')
    if (cell.protocol === 3) expect(await redis.set('k', 'v')).toBe('OK')
    else await expect(redis.set('k', 'v')).rejects.toThrow('Connection in subscriber mode')
    expect(await redis.ping('word')).toEqual(cell.protocol === 3 ? 'word' : ['pong', 'word'])
    const quit = redis.quit()
    expect(await quit).toBe('OK')
  })

  it('subscribes again when it has reconnected', async () => {
    await using cell = await Cell.open(at)
    const subscriber = cell.ioredis({ db: 2 })
    await subscriber.subscribe('news')
    await subscriber.psubscribe('a*')
    await subscriber.ssubscribe('orders')
    await reconnect(cell, subscriber)
    await soon(() => cell.call('PUBSUB', 'SHARDNUMSUB', 'orders')).toEqual(['orders', 1])
    const heard = Promise.all(['message', 'pmessage', 'smessage'].map((name) => event(subscriber, name)))
    for (const channel of ['news', 'abc']) await cell.call('PUBLISH', channel, 'hello')
    await cell.call('SPUBLISH', 'orders', 'one')
    expect(await heard).toEqual([
      ['news', 'hello'],
      ['a*', 'abc', 'hello'],
      ['orders', 'one'],
    ])
  })

  it('hears of changes of keys', async () => {
    await using cell = await Cell.open(at, { 'notify-keyspace-events': 'KEA' })
    const subscriber = cell.ioredis()
    const heard: unknown[] = []
    subscriber.on('pmessage', (_, channel, message) => void heard.push([channel, message]))
    await subscriber.psubscribe('__key*__:*')
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
    const redis = cell.ioredis()
    const waiting = redis.duplicate()
    cell.keep(() => waiting.disconnect())
    const blocked = (count: number) => soon(() => redis.info('clients')).toContain(`blocked_clients:${count}`)
    const popped = waiting.blpop('a', 'b', 0)
    await blocked(1)
    await redis.rpush('b', 'element')
    expect(await popped).toEqual(['b', 'element'])
    const least = waiting.bzpopmin('z', 0)
    await blocked(1)
    await redis.zadd('z', 1.5, 'm')
    expect(await least).toEqual(['z', 'm', '1.5'])
    const read = waiting.xread('BLOCK', 0, 'STREAMS', 's', '$')
    await blocked(1)
    await redis.xadd('s', '5-1', 'f', 'v')
    expect(await read).toEqual([['s', [['5-1', ['f', 'v']]]]])
    expect(await waiting.blpop('none', 0.01)).toBeNull()
    expect(await waiting.bzpopmax('none', 0.01)).toBeNull()
    expect(await waiting.blmove('none', 'to', 'LEFT', 'RIGHT', 0.01)).toBeNull()
    expect(await waiting.blmpop(0.01, 1, 'none', 'LEFT')).toBeNull()
    const id = await waiting.client('ID')
    const unblocked = waiting.brpop('none', 0).catch((error: Error) => error.message)
    await blocked(1)
    expect(await redis.client('UNBLOCK', id, 'ERROR')).toBe(1)
    expect(await unblocked).toBe('UNBLOCKED client unblocked via CLIENT UNBLOCK')
  })

  it('forgets what it waited for when it disconnects', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis()
    const popped = redis.blpop('list', 0).catch((error: Error) => error.message)
    await soon(() => cell.call('INFO', 'clients')).toContain('blocked_clients:1')
    redis.disconnect()
    expect(await popped).toBe('Connection is closed.')
    await soon(() => cell.call('INFO', 'clients')).toContain('blocked_clients:0')
    expect(await cell.call('RPUSH', 'list', 'kept')).toBe(1)
    expect(await cell.call('LLEN', 'list')).toBe(1)
  })

  it('reads a stream in a group', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis()
    expect(await redis.xgroup('CREATE', 's', 'g', '$', 'MKSTREAM')).toBe('OK')
    await expect(redis.xgroup('CREATE', 's', 'g', '$')).rejects.toThrow('BUSYGROUP Consumer Group name already exists')
    for (let i = 1; i <= 3; i++) await redis.xadd('s', `${i}-0`, 'n', i)
    const read = await redis.xreadgroup('GROUP', 'g', 'alice', 'COUNT', 2, 'STREAMS', 's', '>')
    expect(read).toEqual([
      [
        's',
        [
          ['1-0', ['n', '1']],
          ['2-0', ['n', '2']],
        ],
      ],
    ])
    expect(await redis.xack('s', 'g', '1-0')).toBe(1)
    expect(await redis.xpending('s', 'g')).toEqual([1, '2-0', '2-0', [['alice', '1']]])
    expect(await redis.xautoclaim('s', 'g', 'bob', 0, '0')).toEqual(['0-0', [['2-0', ['n', '2']]], []])
    expect(await redis.xpending('s', 'g', '-', '+', 10)).toEqual([['2-0', 'bob', expect.any(Number), 2]])
    const rest = redis.xreadgroup('GROUP', 'g', 'bob', 'BLOCK', 0, 'STREAMS', 's', '>')
    expect(await rest).toEqual([['s', [['3-0', ['n', '3']]]]])
    expect(await redis.xlen('s')).toBe(3)
    expect(await redis.xtrim('s', 'MAXLEN', 1)).toBe(2)
    expect(await redis.xrevrange('s', '+', '-', 'COUNT', 1)).toEqual([['3-0', ['n', '3']]])
    await expect(redis.xreadgroup('GROUP', 'none', 'a', 'STREAMS', 's', '>')).rejects.toThrow('NOGROUP No such key')
  })

  it('monitors what others do', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis({ db: 3 })
    await event(redis, 'ready')
    const monitor = await redis.monitor()
    cell.keep(() => monitor.disconnect())
    const told = event<[string, string[], string, string]>(monitor, 'monitor')
    await redis.set('key', 'a "b"\r\n')
    const [time, words, source, database] = await told
    expect(Number(time)).toBeGreaterThan(1_000_000_000)
    expect(words[0]).toBe('set')
    expect(words[1]).toBe('key')
    expect(source).toMatch(cell.way === 'unix' ? /^unix:\/.*kvasir\.sock$/ : /^127\.0\.0\.1:\d+$/)
    expect(database).toBe('3')
    await expect(monitor.get('k')).rejects.toThrow("Connection is in monitoring mode, can't process commands.")
  })

  it('is told by a subscriber what has changed that it read', async () => {
    await using cell = await Cell.open({ way: at.way, protocol: 2 })
    const [client, subscriber] = [cell.ioredis(), cell.ioredis()]
    const id = await subscriber.client('ID')
    await subscriber.subscribe('__redis__:invalidate')
    const told = event(subscriber, 'message')
    await client.client('TRACKING', 'ON', 'REDIRECT', id)
    await client.get('k')
    await cell.call('SET', 'k', 'v')
    expect(await told).toEqual(['__redis__:invalidate', 'k'])
  })
})
