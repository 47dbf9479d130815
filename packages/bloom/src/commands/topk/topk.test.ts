import { beforeEach, describe, expect, it } from 'vitest'
import { type BloomEngine, randomNumbers, rawReply, startBloomEngine } from '../../_test-engine.ts'

let bloom: BloomEngine
let run: BloomEngine['run']

beforeEach(() => {
  bloom = startBloomEngine()
  run = bloom.run
})

describe('TOPK.RESERVE and TOPK.INFO', () => {
  it('create a list once', async () => {
    expect(run('TOPK.RESERVE topk 50 2000 7 0.925')).toBe('OK')
    expect(run('TOPK.RESERVE topk 50')).toBe('TopK: key already exists')
    expect(run('TOPK.INFO topk')).toEqual({ k: 50, width: 2000, depth: 7, decay: 0.925 })
    expect(run('TOPK.RESERVE plain 3')).toBe('OK')
    expect(run('TOPK.INFO plain')).toEqual({ k: 3, width: 8, depth: 7, decay: 0.9 })
    expect(run('TOPK.INFO none')).toBe('TopK: key does not exist')
    expect(bloom.events()).toEqual(['new', 'topk.reserve', 'new', 'topk.reserve'])
    expect(await rawReply(bloom.engine, 2, 'TOPK.INFO', 'topk')).toBe(
      '*8\r\n+k\r\n:50\r\n+width\r\n:2000\r\n+depth\r\n:7\r\n+decay\r\n$5\r\n0.925\r\n',
    )
    expect(await rawReply(bloom.engine, 3, 'TOPK.INFO', 'topk')).toMatch(/^%4\r\n.*\+decay\r\n,0\.925\r\n$/s)
  })

  it('refuse numbers that make no sense, and create nothing', () => {
    for (const k of ['0', '-1', 'x', '2147483648', '9223372036854775807']) {
      expect(run(`TOPK.RESERVE topk ${k}`)).toBe('TopK: invalid k')
    }
    expect(run('TOPK.RESERVE topk 5 0 7 0.9')).toBe('TopK: invalid width')
    expect(run('TOPK.RESERVE topk 5 8 0 0.9')).toBe('TopK: invalid depth')
    for (const decay of ['0', '-0.5', '1.1', 'inf', 'nan', 'x']) {
      expect(run(`TOPK.RESERVE topk 5 8 7 ${decay}`)).toBe("TopK: invalid decay value. must be '<= 1' & '> 0'")
    }
    expect(run('TOPK.RESERVE topk 5 4294967296 7 0.9')).toMatch(/^TopK: Insufficient memory/)
    expect(run('TOPK.RESERVE topk 5 8')).toMatch(/^ERR/)
    expect(run('EXISTS topk')).toBe(0)
  })
})

describe('TOPK.ADD, TOPK.INCRBY, TOPK.QUERY, TOPK.COUNT and TOPK.LIST', () => {
  it('answer the documented examples', () => {
    run('TOPK.RESERVE topk 1')
    expect(run('TOPK.INCRBY topk foo 3 bar 2 42 30')).toEqual([null, null, 'foo'])
    expect(run('TOPK.QUERY topk 42 nonexist')).toEqual([true, false])
    run('TOPK.RESERVE top3 3')
    run('TOPK.INCRBY top3 foo 12 42 7 bar 2')
    expect(run('TOPK.LIST top3')).toEqual(['foo', '42', 'bar'])
    expect(run('TOPK.LIST top3 WITHCOUNT')).toEqual(['foo', 12, '42', 7, 'bar', 2])
    expect(run('TOPK.COUNT top3 foo 42 nonexist')).toEqual([12, 7, 0])
    expect(run('TOPK.ADD top3 foo bar')).toEqual([null, null])
    expect(run('TOPK.LIST top3 withcount')).toEqual(['foo', 13, '42', 7, 'bar', 3])
  })

  it('answer in the types of RESP2 and RESP3', async () => {
    run('TOPK.RESERVE topk 1')
    expect(await rawReply(bloom.engine, 2, 'TOPK.ADD', 'topk', 'a')).toBe('*1\r\n$-1\r\n')
    expect(await rawReply(bloom.engine, 3, 'TOPK.INCRBY', 'topk', 'b', 5)).toBe('*1\r\n$1\r\na\r\n')
    expect(await rawReply(bloom.engine, 3, 'TOPK.ADD', 'topk', 'b')).toBe('*1\r\n_\r\n')
    expect(await rawReply(bloom.engine, 2, 'TOPK.QUERY', 'topk', 'b')).toBe('*1\r\n:1\r\n')
    expect(await rawReply(bloom.engine, 3, 'TOPK.QUERY', 'topk', 'b')).toBe('*1\r\n#t\r\n')
    expect(await rawReply(bloom.engine, 2, 'TOPK.LIST', 'topk', 'WITHCOUNT')).toBe('*2\r\n$1\r\nb\r\n:6\r\n')
  })

  it('refuse a missing key and increments beyond the limits, and change nothing', () => {
    for (const command of ['ADD none a', 'INCRBY none a 1', 'QUERY none a', 'COUNT none a', 'LIST none']) {
      expect(run(`TOPK.${command}`)).toBe('TopK: key does not exist')
    }
    run('TOPK.RESERVE topk 3')
    for (const increment of ['0', '-1', '100001', '2147483648', '9223372036854775808', 'x']) {
      expect(run(`TOPK.INCRBY topk a 1 b ${increment}`)).toMatch(/^TopK: increment must be an integer greater or equal/)
    }
    expect(run('TOPK.INCRBY topk a 1 b')).toMatch(/^ERR/)
    expect(run('TOPK.LIST topk')).toEqual([])
    expect(run('TOPK.LIST topk COUNTS')).toBe('ERR syntax error')
    expect(run('TOPK.INCRBY topk a 100000')).toEqual([null])
  })

  it('keep any bytes as items, however they come and go', () => {
    run('TOPK.RESERVE topk 2 8000 2 0.9')
    const items = [new Uint8Array(), new Uint8Array([0]), new Uint8Array(10_000).fill(7), new Uint8Array([0, 0])]
    items.forEach((item, i) => void bloom.send('TOPK.INCRBY', 'topk', item, 10 * (i + 1)))
    expect(bloom.send('TOPK.QUERY', 'topk', ...items)).toEqual([false, false, true, true])
    const small = Number(run('MEMORY USAGE topk'))
    for (let i = 0; i < 2000; i++) run(`TOPK.INCRBY topk item-${i} ${100 + i}`)
    expect(Number(run('MEMORY USAGE topk'))).toBeLessThan(small)
  })

  it('find the frequent items of a stream, with counts that are not too high (model)', () => {
    const next = randomNumbers(5)
    run('TOPK.RESERVE m 10 500 5 0.9')
    const model = new Map<string, number>()
    for (let i = 0; i < 10_000; i++) {
      const item = `i${Math.min(next(1000), next(1000), next(1000), next(1000))}`
      model.set(item, (model.get(item) ?? 0) + 1)
      run(`TOPK.ADD m ${item}`)
    }
    const expected = [...model].sort((a, b) => b[1] - a[1])
    const list = run('TOPK.LIST m WITHCOUNT') as (string | number)[]
    const least = expected[14]?.[1] ?? 0
    for (let i = 0; i < list.length; i += 2) {
      const count = model.get(String(list[i])) ?? 0
      expect(count).toBeGreaterThanOrEqual(least)
      expect(list[i + 1]).toBeLessThanOrEqual(count)
    }
    expect(list).toHaveLength(20)
  })

  it('do the same on another engine: what is random is kept with the list', () => {
    const other = startBloomEngine()
    for (const each of [bloom, other]) {
      each.run('TOPK.RESERVE m 3 4 2 0.5')
      if (each === other) for (let i = 0; i < 100; i++) each.engine.call('SRANDMEMBER', 'none')
      for (let i = 0; i < 500; i++) each.run(`TOPK.ADD m i${(i * i) % 37}`)
    }
    expect(run('TOPK.LIST m WITHCOUNT')).toEqual(other.run('TOPK.LIST m WITHCOUNT'))
    expect(run('DEBUG DIGEST-VALUE m')).toEqual(other.run('DEBUG DIGEST-VALUE m'))
  })
})
