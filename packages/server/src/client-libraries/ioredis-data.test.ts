/** What ioredis sends and what it makes of the replies. */

import { ReplyError } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { Cell, cells, cellsOfResp3, cellTitle, event } from './_test-cell.ts'

const BYTES = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
const KEY = Buffer.from([0, 13, 10, 255, 128])

describe.each(cells)(`ioredis ${cellTitle}`, (at) => {
  it('gets the replies of a pipeline in order, an error in its place', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis()
    const called: unknown[] = []
    const replies = await redis
      .pipeline()
      .set('k', 'v')
      .incr('k', (error) => void called.push(error?.message))
      .get('k', (_, value) => void called.push(value))
      .exec()
    expect(replies?.map(([error, reply]) => error?.message ?? reply)).toEqual([
      'OK',
      'ERR value is not an integer or out of range',
      'v',
    ])
    expect(called).toEqual(['ERR value is not an integer or out of range', 'v'])
    expect(
      await redis
        .pipeline([
          ['set', 'a', '1'],
          ['mget', 'a', 'none'],
        ])
        .exec(),
    ).toEqual([
      [null, 'OK'],
      [null, ['1', null]],
    ])
  })

  it('sends 10,000 commands in one pipeline', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis()
    const pipeline = redis.pipeline()
    for (let i = 0; i < 10_000; i++) pipeline.set(`k${i}`, i)
    const stored = await pipeline.exec()
    expect(stored?.length).toBe(10_000)
    expect(stored?.every(([error, reply]) => error === null && reply === 'OK')).toBe(true)
    expect(await redis.dbsize()).toBe(10_000)
    const keys = Array.from({ length: 10_000 }, (_, i) => `k${i}`)
    expect(await redis.mget(keys)).toEqual(keys.map((_, i) => `${i}`))
  })

  it('makes one pipeline of the commands of a turn', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis({ enableAutoPipelining: true })
    await event(redis, 'ready')
    const replies = Array.from({ length: 1000 }, () => redis.incr('n'))
    const wrong = redis.hget('n', 'field')
    expect(redis.autoPipelineQueueSize).toBe(1001)
    await expect(wrong).rejects.toThrow('WRONGTYPE')
    expect(await Promise.all(replies)).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1))
  })

  it('sends and gets keys, fields and values of any bytes', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis()
    await redis.set(KEY, BYTES)
    expect(await redis.getBuffer(KEY)).toEqual(BYTES)
    expect(await redis.keysBuffer('*')).toEqual([KEY])
    expect(await redis.getrangeBuffer(KEY, 250, -1)).toEqual(BYTES.subarray(250))
    await redis.hset('hash', KEY, BYTES)
    expect(await redis.hgetBuffer('hash', KEY)).toEqual(BYTES)
    expect(await redis.hkeysBuffer('hash')).toEqual([KEY])
    await redis.rpush('list', BYTES, '')
    expect(await redis.lrangeBuffer('list', 0, -1)).toEqual([BYTES, Buffer.alloc(0)])
    await redis.zadd('zset', 1.5, KEY)
    expect(await redis.zrangeBuffer('zset', '0', '-1')).toEqual([KEY])
    await redis.xadd('stream', '1-1', KEY, BYTES)
    expect(await redis.xrangeBuffer('stream', '-', '+')).toEqual([[Buffer.from('1-1'), [KEY, BYTES]]])
    expect(await redis.callBuffer('DUMP', 'list')).toBeInstanceOf(Buffer)
  })

  it('copies a value by DUMP and RESTORE', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis()
    await redis.zadd('zset', 1, 'a', 2.25, 'b')
    const bytes = (await redis.dumpBuffer('zset')) as Buffer
    expect(await redis.restore('copy', 0, bytes)).toBe('OK')
    expect(await redis.zrange('copy', '0', '-1', 'WITHSCORES')).toEqual(['a', '1', 'b', '2.25'])
  })

  it('sends and gets 10 MB', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis()
    const large = Buffer.alloc(10_000_000, BYTES)
    expect(await redis.set('large', large)).toBe('OK')
    const replies = await Promise.all([redis.getBuffer('large'), redis.strlen('large'), redis.getBuffer('large')])
    expect(replies[1]).toBe(10_000_000)
    expect(large.equals(replies[0] as Buffer)).toBe(true)
    expect(large.equals(replies[2] as Buffer)).toBe(true)
  })

  it('puts its prefix before keys alone', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis({ keyPrefix: 'app:' })
    await redis.mset({ a: '1', b: '2' })
    await redis.pipeline().zadd('z', 1, 'a').zunionstore('u', 2, 'z', 'none').rename('a', 'c').exec()
    await redis.xadd('s', '1-1', 'f', 'v')
    await redis.multi().sadd('set', 'x').exec()
    expect(await redis.xread('STREAMS', 's', '0')).toEqual([['app:s', [['1-1', ['f', 'v']]]]])
    expect((await cell.call<string[]>('KEYS', '*')).sort()).toEqual([
      'app:b',
      'app:c',
      'app:s',
      'app:set',
      'app:u',
      'app:z',
    ])
    expect(await redis.mget('b', 'c')).toEqual(['2', '1'])
    expect(await redis.keys('app:*')).toHaveLength(6)
  })

  it('takes and gives objects and maps', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis()
    await redis.mset(
      new Map([
        ['a', '1'],
        ['b', '2'],
      ]),
    )
    expect(await redis.mget('a', 'b', 'c')).toEqual(['1', '2', null])
    expect(await redis.hset('h', { one: 1, two: 2 })).toBe(2)
    expect(await redis.hgetall('h')).toEqual({ one: '1', two: '2' })
    expect(await redis.hgetall('none')).toEqual({})
    expect(await redis.hmget('h', 'two', 'three')).toEqual(['2', null])
  })

  it('gets the same shapes with either version of the protocol', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis()
    await redis.zadd('z', 1, 'a', 2.5, 'b', Number.POSITIVE_INFINITY, 'c')
    expect(await redis.zscore('z', 'b')).toBe('2.5')
    expect(await redis.zrange('z', '0', '-1', 'WITHSCORES')).toEqual(['a', '1', 'b', '2.5', 'c', 'inf'])
    expect(await redis.zpopmin('z')).toEqual(['a', '1'])
    expect(await redis.zmscore('z', 'b', 'none')).toEqual(['2.5', null])
    expect(await redis.zincrby('z', 0.25, 'b')).toBe('2.75')
    expect(await redis.incrbyfloat('f', 0.1)).toBe('0.1')
    await redis.sadd('s', 'x', 'y')
    expect((await redis.smembers('s')).sort()).toEqual(['x', 'y'])
    expect(await redis.smismember('s', 'x', 'none')).toEqual([1, 0])
    expect(await redis.config('GET', 'maxmemory')).toEqual(['maxmemory', '0'])
    expect(await redis.get('none')).toBeNull()
    expect(await redis.lpop('none', 2)).toBeNull()
    expect(await redis.exists('z', 's', 'none')).toBe(2)
    expect(await redis.object('ENCODING', 's')).toBe('listpack')
    await redis.geoadd('geo', 13.361389, 38.115556, 'Palermo', 15.087269, 37.502669, 'Catania')
    expect(await redis.call('GEODIST', 'geo', 'Palermo', 'Catania', 'km')).toBe('166.2742')
    const near = redis.geosearch('geo', 'FROMLONLAT', 15, 37, 'BYRADIUS', 200, 'km', 'ASC', 'WITHDIST')
    expect(await near).toEqual([
      ['Catania', '56.4413'],
      ['Palermo', '190.4424'],
    ])
    expect(await redis.set('k', 'new', 'EX', 10, 'GET')).toBeNull()
    expect(await redis.hello()).toEqual(expect.arrayContaining(['proto', cell.protocol, 'role', 'master']))
    expect(await redis.command('COUNT')).toBeGreaterThan(200)
  })

  it('keeps numbers whole that JavaScript has none for', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis({ stringNumbers: true })
    expect(await redis.incrby('n', '9007199254740993')).toBe('9007199254740993')
    expect(await redis.incrby('n', '9214364837600034814')).toBe('9223372036854775807')
    await expect(redis.incr('n')).rejects.toThrow('ERR increment or decrement would overflow')
  })

  it('walks through keys and elements by streams', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis()
    const numbers = Array.from({ length: 1000 }, (_, i) => i)
    await redis.mset(numbers.flatMap((i) => [`k${i}`, `${i}`]))
    await redis
      .pipeline()
      .sadd('set', numbers)
      .hset(
        'hash',
        numbers.flatMap((i) => [i, i]),
      )
      .exec()
    await redis.zadd('zset', ...numbers.flatMap((i) => [i, `m${i}`]))
    const gathered = async (stream: AsyncIterable<string[]>): Promise<string[]> => {
      const found: string[] = []
      for await (const page of stream) found.push(...page)
      return found
    }
    const keys = await gathered(redis.scanStream({ match: 'k*', count: 100 }))
    expect(new Set(keys)).toEqual(new Set(numbers.map((i) => `k${i}`)))
    expect(await gathered(redis.scanStream({ type: 'zset' }))).toEqual(['zset'])
    expect(new Set(await gathered(redis.sscanStream('set', { count: 50 }))).size).toBe(1000)
    expect(await gathered(redis.hscanStream('hash'))).toHaveLength(2000)
    expect(await gathered(redis.hscanStream('hash', { noValues: true }))).toHaveLength(1000)
    expect(await gathered(redis.zscanStream('zset', { match: 'm99?' }))).toHaveLength(20)
    const bytes = await gathered(redis.scanBufferStream({ match: 'set', count: 2000 }))
    expect(bytes).toEqual([Buffer.from('set')])
  })

  it('calls commands that it does not know, and says what is wrong with them', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis()
    expect(await redis.call('SET', 'k', 'v')).toBe('OK')
    expect(await redis.call('GETRANGE', ['k', 0, 0])).toBe('v')
    expect(await redis.callBuffer('GET', 'k')).toEqual(Buffer.from('v'))
    await expect(redis.call('SET', 'k')).rejects.toThrow("ERR wrong number of arguments for 'set' command")
    const error = await redis.call('NOSUCH', 'word').catch((reason: Error) => reason)
    expect(error).toBeInstanceOf(ReplyError)
    expect(error).toMatchObject({
      name: 'ReplyError',
      message: "ERR unknown command 'NOSUCH', with args beginning with: 'word' ",
      command: { name: 'NOSUCH', args: ['word'] },
    })
  })

  it('sets and reads times to live, of keys and of fields', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis()
    await redis.set('k', 'v', 'PX', 100_000)
    expect(await redis.ttl('k')).toBe(100)
    expect(await redis.persist('k')).toBe(1)
    expect(await redis.pexpireat('k', 1)).toBe(1)
    expect(await redis.get('k')).toBeNull()
    await redis.hset('h', { a: 1, b: 2 })
    expect(await redis.hexpire('h', 100, 'FIELDS', 2, 'a', 'none')).toEqual([1, -2])
    expect(await redis.httl('h', 'FIELDS', 2, 'a', 'b')).toEqual([100, -1])
  })
})

describe.each(cellsOfResp3)(`ioredis ${cellTitle}`, (at) => {
  it('gives maps as objects and doubles as numbers when it is asked to', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis({ replyMapping: 'resp3' })
    expect(await redis.config('GET', 'maxmemory')).toEqual({ maxmemory: '0' })
    await redis.zadd('z', 2.5, 'b')
    expect(await redis.zscore('z', 'b')).toBe(2.5)
    expect(await redis.zadd('z', 'INCR', -1, 'b')).toBe(1.5)
    expect(await redis.zrange('z', '0', '-1', 'WITHSCORES')).toEqual([['b', 1.5]])
    await redis.xadd('s', '1-1', 'f', 'v')
    expect(await redis.xread('STREAMS', 's', '0')).toEqual({ s: [['1-1', ['f', 'v']]] })
    expect(await redis.xinfo('STREAM', 's')).toMatchObject({ length: 1, 'last-generated-id': '1-1' })
    expect(await redis.hello()).toMatchObject({
      proto: 3,
      mode: 'standalone',
      role: 'master',
      modules: expect.any(Array),
    })
  })
})
