/** Filters and sketches through node-redis, which knows the commands and what their replies mean. */

import { startTestServer } from '@kvasir/testkit'
import { createClient } from 'redis'
import { describe, expect, it } from 'vitest'
import { bloomModule as bloom } from './bloom-module.ts'

async function open(RESP: 2 | 3) {
  const server = await startTestServer({ port: 0, modules: [bloom] })
  const client = await createClient({ RESP, socket: server.address })
    .on('error', () => {})
    .connect()
  const close = async (): Promise<void> => {
    client.destroy()
    await server.close()
  }
  return { client, [Symbol.asyncDispose]: close }
}

describe.each([2, 3] as const)('node-redis with RESP%i', (RESP) => {
  it('fills and asks a Bloom filter, and carries it away in chunks', async () => {
    await using at = await open(RESP)
    const { bf } = at.client
    expect(await bf.reserve('b', 0.01, 1000, { EXPANSION: 4 })).toBe('OK')
    expect([await bf.add('b', 'x'), await bf.add('b', 'x')]).toEqual([true, false])
    expect(await bf.mAdd('b', ['x', 'y'])).toEqual([false, true])
    expect(await bf.exists('b', 'x')).toBe(true)
    expect(await bf.mExists('b', ['y', 'none'])).toEqual([true, false])
    expect(await bf.card('b')).toBe(2)
    expect(await bf.info('b')).toMatchObject({ Capacity: 1000, 'Number of items inserted': 2, 'Expansion rate': 4 })
    expect(await bf.insert('c', ['x', 'x'], { CAPACITY: 100, ERROR: 0.01 })).toEqual([true, false])
    await expect(bf.reserve('b', 0.01, 10)).rejects.toThrow('item exists')
  })

  it('fills, asks and empties a cuckoo filter', async () => {
    await using at = await open(RESP)
    const { cf } = at.client
    expect(await cf.reserve('c', 1000, { BUCKETSIZE: 4 })).toBe('OK')
    expect([await cf.add('c', 'x'), await cf.addNX('c', 'x'), await cf.addNX('c', 'y')]).toEqual([true, false, true])
    expect(await cf.insert('c', ['a', 'b'])).toEqual([true, true])
    expect([await cf.count('c', 'x'), await cf.exists('c', 'none')]).toEqual([1, false])
    expect([await cf.del('c', 'x'), await cf.exists('c', 'x')]).toEqual([true, false])
    expect(await cf.info('c')).toMatchObject({ 'Number of items inserted': 3, 'Number of items deleted': 1 })
  })

  it('counts in a count-min sketch', async () => {
    await using at = await open(RESP)
    const { cms } = at.client
    expect(await cms.initByDim('s', 1000, 5)).toBe('OK')
    expect(
      await cms.incrBy('s', [
        { item: 'a', incrementBy: 3 },
        { item: 'b', incrementBy: 1 },
      ]),
    ).toEqual([3, 1])
    expect(await cms.query('s', ['a', 'none'])).toEqual([3, 0])
    expect(await cms.initByDim('sum', 1000, 5)).toBe('OK')
    expect(await cms.merge('sum', [{ name: 's', weight: 2 }])).toBe('OK')
    expect(await cms.query('sum', ['a'])).toEqual([6])
    expect(await cms.info('s')).toMatchObject({ width: 1000, depth: 5, count: 4 })
  })

  it('keeps the most frequent', async () => {
    await using at = await open(RESP)
    const { topK } = at.client
    expect(await topK.reserve('t', 2)).toBe('OK')
    expect(await topK.add('t', ['a', 'b', 'a'])).toEqual([null, null, null])
    expect(await topK.listWithCount('t')).toEqual([
      { item: 'a', count: 2 },
      { item: 'b', count: 1 },
    ])
    expect(await topK.query('t', ['a', 'none'])).toEqual([true, false])
    expect(await topK.info('t')).toMatchObject({ k: 2, width: 8, depth: 7, decay: 0.9 })
  })

  it('estimates quantiles', async () => {
    await using at = await open(RESP)
    const { tDigest } = at.client
    expect(await tDigest.create('q', { COMPRESSION: 200 })).toBe('OK')
    expect(await tDigest.quantile('q', [0.5])).toEqual([Number.NaN])
    expect(await tDigest.add('q', [1, 2, 3])).toBe('OK')
    expect(await tDigest.quantile('q', [0, 0.5, 1])).toEqual([1, 2, 3])
    expect([await tDigest.min('q'), await tDigest.max('q')]).toEqual([1, 3])
    expect(await tDigest.info('q')).toMatchObject({ Compression: 200, Observations: 3 })
  })
})
