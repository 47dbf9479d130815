/** What node-redis sends and what it makes of the replies. */

import { BlobError, ErrorReply, RESP_TYPES, SimpleError } from 'redis'
import { describe, expect, it } from 'vitest'
import { Cell, cells, cellsOfResp3, cellTitle } from './_test-cell.ts'

const BYTES = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
const KEY = Buffer.from([0, 13, 10, 255, 128])
const BUFFERS = { [RESP_TYPES.BLOB_STRING]: Buffer }

/** node-redis makes objects without a prototype. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe.each(cells)(`node-redis ${cellTitle}`, (at) => {
  it('gets the replies of a turn in order, an error in its place', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    const replies = await Promise.allSettled([client.set('k', 'v'), client.incr('k'), client.get('k')])
    expect(replies).toEqual([
      { status: 'fulfilled', value: 'OK' },
      { status: 'rejected', reason: new SimpleError('ERR value is not an integer or out of range') },
      { status: 'fulfilled', value: 'v' },
    ])
    expect(await client.multi().set('a', '1').mGet(['a', 'none']).execAsPipeline()).toEqual(['OK', ['1', null]])
  })

  it('sends 10,000 commands in one turn', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    const stored = await Promise.all(Array.from({ length: 10_000 }, (_, i) => client.set(`k${i}`, `${i}`)))
    expect(stored.every((reply) => reply === 'OK')).toBe(true)
    expect(await client.dbSize()).toBe(10_000)
    const keys = stored.map((_, i) => `k${i}`)
    expect(await client.mGet(keys)).toEqual(keys.map((_, i) => `${i}`))
  })

  it('sends and gets keys, fields and values of any bytes', async () => {
    await using cell = await Cell.open(at)
    const client = (await cell.nodeRedis()).withTypeMapping(BUFFERS)
    await client.set(KEY, BYTES)
    expect(await client.get(KEY)).toEqual(BYTES)
    expect(await client.keys('*')).toEqual([KEY])
    expect(await client.getRange(KEY, 250, -1)).toEqual(BYTES.subarray(250))
    await client.hSet('hash', KEY, BYTES)
    expect(await client.hGet('hash', KEY)).toEqual(BYTES)
    expect(await client.hKeys('hash')).toEqual([KEY])
    await client.rPush('list', [BYTES, Buffer.alloc(0)])
    expect(await client.lRange('list', 0, -1)).toEqual([BYTES, Buffer.alloc(0)])
    await client.zAdd('zset', { value: KEY, score: 1.5 })
    expect(await client.zRange('zset', 0, -1)).toEqual([KEY])
    await client.xAdd('stream', '1-1', { field: BYTES })
    const entries = await client.xRange('stream', '-', '+')
    expect(entries?.[0]?.message.field).toEqual(BYTES)
  })

  it('copies a value by DUMP and RESTORE', async () => {
    await using cell = await Cell.open(at)
    const client = (await cell.nodeRedis()).withTypeMapping(BUFFERS)
    await client.zAdd('zset', [
      { value: 'a', score: 1 },
      { value: 'b', score: 2.25 },
    ])
    expect(await client.restore('copy', 0, (await client.dump('zset')) as Buffer)).toBe('OK')
    expect(await client.zScore('copy', 'b')).toBe(2.25)
  })

  it('sends and gets 10 MB', async () => {
    await using cell = await Cell.open(at)
    const client = (await cell.nodeRedis()).withTypeMapping(BUFFERS)
    const large = Buffer.alloc(10_000_000, BYTES)
    expect(await client.set('large', large)).toBe('OK')
    const replies = await Promise.all([client.get('large'), client.strLen('large'), client.get('large')])
    expect(replies[1]).toBe(10_000_000)
    expect(large.equals(replies[0] as Buffer)).toBe(true)
    expect(large.equals(replies[2] as Buffer)).toBe(true)
  })

  it('puts its prefix before keys alone', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis({ keyPrefix: 'app:' })
    await client.mSet({ a: '1', b: '2' })
    await client.zAdd('z', { value: 'a', score: 1 })
    await client.zUnionStore('u', ['z', 'none'])
    await client.multi().rename('a', 'c').sAdd('set', 'x').exec()
    expect((await cell.call<string[]>('KEYS', '*')).sort()).toEqual(['app:b', 'app:c', 'app:set', 'app:u', 'app:z'])
    expect(await client.mGet(['b', 'c'])).toEqual(['2', '1'])
  })

  it('gets the same shapes with either version of the protocol', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    const members = [
      { value: 'a', score: 1 },
      { value: 'b', score: 2.5 },
      { value: 'c', score: Number.POSITIVE_INFINITY },
    ]
    expect(await client.zAdd('z', members)).toBe(3)
    expect(await client.zRangeWithScores('z', 0, -1)).toEqual(members)
    expect(await client.zScore('z', 'b')).toBe(2.5)
    expect(await client.zmScore('z', ['b', 'none'])).toEqual([2.5, null])
    expect(await client.zIncrBy('z', 0.5, 'b')).toBe(3)
    expect(await client.zPopMin('z')).toEqual({ value: 'a', score: 1 })
    expect(await client.zRankWithScore('z', 'b')).toEqual({ rank: 0, score: 3 })
    expect(await client.zAdd('z', { value: 'd', score: 1e300 })).toBe(1)
    expect(await client.zScore('z', 'd')).toBe(1e300)
    expect(await client.incrByFloat('f', 0.1)).toBe('0.1')
    await client.hSet('h', { one: '1', two: '2' })
    expect(plain(await client.hGetAll('h'))).toEqual({ one: '1', two: '2' })
    expect(plain(await client.hGetAll('none'))).toEqual({})
    expect(await client.hmGet('h', ['two', 'three'])).toEqual(['2', null])
    expect(Object.keys(plain(await client.hRandFieldCountWithValues('h', 5)) as object)).toHaveLength(2)
    await client.sAdd('s', ['x', 'y'])
    expect([...(await client.sMembers('s'))].sort()).toEqual(['x', 'y'])
    expect(await client.smIsMember('s', ['x', 'none'])).toEqual([1, 0])
    expect(await client.sIsMember('s', 'x')).toBe(1)
    expect(plain(await client.configGet('maxmemory*'))).toMatchObject({ maxmemory: '0', 'maxmemory-samples': '5' })
    expect(await client.get('none')).toBeNull()
    expect(await client.lPopCount('none', 2)).toBeNull()
    expect(await client.exists(['z', 's', 'none'])).toBe(2)
    expect(await client.set('k', 'new', { expiration: { type: 'EX', value: 10 }, GET: true })).toBeNull()
    expect(await client.lmPop(['none'], 'LEFT')).toBeNull()
    expect(await client.type('h')).toBe('hash')
    expect(plain(await client.hello())).toMatchObject({ proto: cell.protocol, mode: 'standalone', role: 'master' })
    expect(await client.memoryUsage('none')).toBeNull()
    expect(await client.objectEncoding('s')).toBe('listpack')
    expect(plain(await client.lcs('k', 'k'))).toBe('new')
  })

  it('gets positions and distances', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    await client.geoAdd('geo', [
      { longitude: 13.361389, latitude: 38.115556, member: 'Palermo' },
      { longitude: 15.087269, latitude: 37.502669, member: 'Catania' },
    ])
    expect(await client.geoDist('geo', 'Palermo', 'Catania', 'km')).toBeCloseTo(166.2742, 4)
    const center = { longitude: 15, latitude: 37 }
    const near = await client.geoSearchWith('geo', center, { radius: 200, unit: 'km' }, ['WITHDIST', 'WITHCOORD'], {
      SORT: 'ASC',
    })
    expect(near.map(({ member }) => member)).toEqual(['Catania', 'Palermo'])
    expect(Number(near[0]?.distance)).toBeCloseTo(56.4413, 4)
    expect(Number(near[0]?.coordinates?.longitude)).toBeCloseTo(15.087269, 4)
    expect(await client.geoPos('geo', 'none')).toEqual([null])
  })

  it('maps types as it is asked to', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    await client.hSet('h', 'field', 'value')
    const mapped = client.withTypeMapping({ [RESP_TYPES.MAP]: Map, [RESP_TYPES.NUMBER]: String })
    expect(await mapped.hGetAll('h')).toEqual(new Map([['field', 'value']]))
    expect(await mapped.hLen('h')).toBe('1')
    expect(await client.hLen('h')).toBe(1)
  })

  it('walks through keys and elements by iterators', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    const numbers = Array.from({ length: 1000 }, (_, i) => `${i}`)
    await client.mSet(numbers.map((i) => [`k${i}`, i] as [string, string]))
    await client.sAdd('set', numbers)
    await client.hSet('hash', Object.fromEntries(numbers.map((i) => [`f${i}`, i])))
    await client.zAdd(
      'zset',
      numbers.map((i) => ({ value: `m${i}`, score: Number(i) })),
    )
    const gathered = async <T>(pages: AsyncIterable<T[]>): Promise<T[]> => {
      const found: T[] = []
      for await (const page of pages) found.push(...page)
      return found
    }
    const keys = await gathered(client.scanIterator({ MATCH: 'k*', COUNT: 100 }))
    expect(new Set(keys)).toEqual(new Set(numbers.map((i) => `k${i}`)))
    expect(await gathered(client.scanIterator({ TYPE: 'zset' }))).toEqual(['zset'])
    expect(new Set(await gathered(client.sScanIterator('set', { COUNT: 50 }))).size).toBe(1000)
    const fields = await gathered(client.hScanIterator('hash'))
    expect(fields.every(({ field, value }) => field === `f${value}`)).toBe(true)
    expect(fields).toHaveLength(1000)
    expect(await gathered(client.hScanNoValuesIterator('hash', { MATCH: 'f99?' }))).toHaveLength(10)
    const scores = await gathered(client.zScanIterator('zset', { MATCH: 'm1?' }))
    expect(scores.map(({ score }) => score).sort()).toEqual(numbers.slice(10, 20).map(Number))
  })

  it('has errors of its classes', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    await client.rPush('list', 'x')
    const error = await client.incr('list').catch((reason: Error) => reason)
    expect(error).toBeInstanceOf(SimpleError)
    expect(error).toBeInstanceOf(ErrorReply)
    expect(error).not.toBeInstanceOf(BlobError)
    expect(error).toMatchObject({ message: 'WRONGTYPE Operation against a key holding the wrong kind of value' })
    await expect(client.sendCommand(['NOSUCH', 'word'])).rejects.toThrow(
      "ERR unknown command 'NOSUCH', with args beginning with: 'word' ",
    )
  })

  it('sends commands that it does not know', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    expect(await client.sendCommand(['SET', 'k', 'v', 'NX'])).toBe('OK')
    expect(await client.sendCommand(['SET', 'k', 'v', 'NX'])).toBeNull()
    const raw = await client.sendCommand(['CONFIG', 'GET', 'maxmemory'])
    expect(plain(raw)).toEqual(cell.protocol === 2 ? ['maxmemory', '0'] : { maxmemory: '0' })
  })

  it('has callbacks for programs that are used to them', async () => {
    await using cell = await Cell.open(at)
    const legacy = (await cell.nodeRedis()).legacy()
    const called = await new Promise((resolve) => legacy.set('k', 'v', (error, reply) => resolve([error, reply])))
    expect(called).toEqual([null, 'OK'])
    const failed = await new Promise((resolve) => legacy.incr('k', (error) => resolve(error?.message)))
    expect(failed).toBe('ERR value is not an integer or out of range')
  })

  it('sets and reads times to live, of keys and of fields', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    await client.set('k', 'v', { expiration: { type: 'PX', value: 100_000 } })
    expect(await client.ttl('k')).toBe(100)
    expect(await client.persist('k')).toBe(1)
    expect(await client.expireAt('k', new Date(1000))).toBe(1)
    expect(await client.get('k')).toBeNull()
    await client.hSet('h', { a: '1', b: '2' })
    expect(await client.hExpire('h', ['a', 'none'], 100)).toEqual([1, -2])
    expect(await client.hTTL('h', ['a', 'b'])).toEqual([100, -1])
    expect(await client.hSetEx('h', { c: '3' }, { expiration: { type: 'EX', value: 50 } })).toBe(1)
    expect(await client.hGetEx('h', ['c'], { expiration: 'PERSIST' })).toEqual(['3'])
  })
})

describe.each(cellsOfResp3)(`node-redis ${cellTitle}`, (at) => {
  it('gets maps, sets, doubles and verbatim strings as what they are', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    const mapped = client.withTypeMapping({ [RESP_TYPES.SET]: Set, [RESP_TYPES.DOUBLE]: String })
    await client.sAdd('s', ['x', 'y'])
    expect(await mapped.sMembers('s')).toEqual(new Set(['x', 'y']))
    await client.zAdd('z', { value: 'm', score: 2.5 })
    expect(await mapped.zScore('z', 'm')).toBe('2.5')
    expect(await client.sendCommand(['ZRANGE', 'z', '0', '-1', 'WITHSCORES'])).toEqual([['m', 2.5]])
    expect(await client.sendCommand(['LATENCY', 'DOCTOR'])).toContain('latency')
    expect(await client.sendCommand(['HRANDFIELD', 'none', '1', 'WITHVALUES'])).toEqual([])
  })
})
