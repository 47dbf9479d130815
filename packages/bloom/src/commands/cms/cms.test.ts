import { beforeEach, describe, expect, it } from 'vitest'
import { type BloomEngine, randomNumbers, rawReply, startBloomEngine } from '../../_test-engine.ts'

let bloom: BloomEngine
let run: BloomEngine['run']

beforeEach(() => {
  bloom = startBloomEngine()
  run = bloom.run
})

describe('CMS.INITBYDIM, CMS.INITBYPROB and CMS.INFO', () => {
  it('create a sketch once', async () => {
    expect(run('CMS.INITBYDIM test 2000 5')).toBe('OK')
    expect(run('CMS.INITBYDIM test 2000 5')).toBe('CMS: key already exists')
    expect(run('CMS.INITBYPROB test 0.001 0.01')).toBe('CMS: key already exists')
    expect(run('CMS.INFO test')).toEqual({ width: 2000, depth: 5, count: 0 })
    expect(run('CMS.INITBYPROB prob 0.001 0.01')).toBe('OK')
    expect(run('CMS.INFO prob')).toEqual({ width: 2000, depth: 7, count: 0 })
    expect(run('CMS.INFO none')).toBe('CMS: key does not exist')
    expect(bloom.events()).toEqual(['new', 'cms.initbydim', 'new', 'cms.initbyprob'])
    expect(await rawReply(bloom.engine, 2, 'CMS.INFO', 'test')).toBe(
      '*6\r\n+width\r\n:2000\r\n+depth\r\n:5\r\n+count\r\n:0\r\n',
    )
    expect(await rawReply(bloom.engine, 3, 'CMS.INFO', 'test')).toMatch(/^%3\r\n\+width/)
    expect(await rawReply(bloom.engine, 2, 'CMS.INFO', 'none')).toBe('-CMS: key does not exist\r\n')
  })

  it('refuse dimensions and probabilities that make no sense, and create nothing', () => {
    for (const width of ['0', '-1', 'x', '1.5', '9223372036854775807']) {
      expect(run(`CMS.INITBYDIM test ${width} 5`)).toBe('CMS: invalid width')
      expect(run(`CMS.INITBYDIM test 5 ${width}`)).toBe('CMS: invalid depth')
    }
    for (const width of ['4294967296', '9007199254740991']) {
      expect(run(`CMS.INITBYDIM test ${width} 5`)).toMatch(/^CMS: Insufficient memory/)
    }
    for (const value of ['0', '1', '-1', 'inf', 'nan', 'x']) {
      expect(run(`CMS.INITBYPROB test ${value} 0.01`)).toBe('CMS: invalid overestimation value')
      expect(run(`CMS.INITBYPROB test 0.01 ${value}`)).toBe('CMS: invalid prob value')
    }
    expect(run('CMS.INITBYPROB test 1e-300 0.01')).toMatch(/^CMS: Insufficient memory/)
    expect(run('EXISTS test')).toBe(0)
  })
})

describe('CMS.INCRBY and CMS.QUERY', () => {
  it('answer the documented examples', () => {
    run('CMS.INITBYDIM test 2000 5')
    expect(run('CMS.INCRBY test foo 10 bar 42')).toEqual([10, 42])
    expect(run('CMS.QUERY test foo bar other')).toEqual([10, 42, 0])
    expect(run('CMS.INFO test')).toMatchObject({ count: 52 })
  })

  it('refuse a missing key and increments that are none, and change nothing', () => {
    expect(run('CMS.INCRBY none a 1')).toBe('CMS: key does not exist')
    expect(run('CMS.QUERY none a')).toBe('CMS: key does not exist')
    run('CMS.INITBYDIM test 20 5')
    expect(run('CMS.INCRBY test a 1 b -1')).toBe('CMS: Number cannot be negative')
    for (const increment of ['x', '1.5', '9007199254740992', '9223372036854775808']) {
      expect(run(`CMS.INCRBY test a 1 b ${increment}`)).toBe('CMS: Cannot parse number')
    }
    expect(run('CMS.INCRBY test a 1 b')).toMatch(/^ERR/)
    expect(run('CMS.QUERY test a')).toEqual([0])
  })

  it('stay at the highest count that a counter holds', () => {
    run('CMS.INITBYDIM test 20 5')
    expect(run('CMS.INCRBY test a 2147483648')).toEqual([2147483648])
    expect(run('CMS.INCRBY test a 2147483646 b 1')).toEqual([4294967294, 1])
    expect(run('CMS.INCRBY test a 1 b 1')).toEqual(['CMS: INCRBY overflow', 2])
    expect(run('CMS.INCRBY test c 9007199254740991')).toEqual(['CMS: INCRBY overflow'])
    expect(run('CMS.QUERY test a')).toEqual([4294967295])
    expect(run('CMS.INFO test')).toMatchObject({ count: Number.MAX_SAFE_INTEGER })
  })

  it('are never too low, and rarely too high (model)', () => {
    const next = randomNumbers(3)
    run('CMS.INITBYPROB m 0.01 0.01')
    const model = new Map<string, number>()
    let sum = 0
    for (let i = 0; i < 3000; i++) {
      const item = `i${next(1000)}`
      const increment = next(20)
      model.set(item, (model.get(item) ?? 0) + increment)
      sum += increment
      run(`CMS.INCRBY m ${item} ${increment}`)
    }
    let tooHigh = 0
    for (const [item, count] of model) {
      const [estimate] = run(`CMS.QUERY m ${item}`) as [number]
      expect(estimate).toBeGreaterThanOrEqual(count)
      if (estimate - count > 0.01 * sum) tooHigh++
    }
    expect(tooHigh / model.size).toBeLessThan(0.01)
    expect(run('CMS.INFO m')).toMatchObject({ count: sum })
  })
})

describe('CMS.MERGE', () => {
  beforeEach(() => {
    for (const key of ['dest', 'test1', 'test2']) run(`CMS.INITBYDIM ${key} 200 5`)
    run('CMS.INCRBY test1 a 1 b 2')
    run('CMS.INCRBY test2 a 10')
    run('CMS.INCRBY dest a 1000')
  })

  it('overwrites the destination with the weighted sum', () => {
    expect(run('CMS.MERGE dest 2 test1 test2 WEIGHTS 1 3')).toBe('OK')
    expect(run('CMS.QUERY dest a b')).toEqual([31, 2])
    expect(run('CMS.INFO dest')).toMatchObject({ count: 33 })
    expect(run('CMS.MERGE dest 2 dest test1')).toBe('OK')
    expect(run('CMS.QUERY dest a b')).toEqual([32, 4])
    expect(run('CMS.MERGE dest 2 dest test1 WEIGHTS 1 -1')).toBe('OK')
    expect(run('CMS.QUERY dest a b')).toEqual([31, 2])
  })

  it('refuses what does not fit, and changes nothing', () => {
    run('CMS.INITBYDIM narrow 20 5')
    expect(run('CMS.MERGE none 1 test1')).toBe('CMS: key does not exist')
    expect(run('CMS.MERGE dest 2 test1 none')).toBe('CMS: key does not exist')
    expect(run('CMS.MERGE dest 2 test1 narrow')).toBe('CMS: width/depth is not equal')
    expect(run('CMS.MERGE dest 2 test1 test2 WEIGHTS 1')).toBe('CMS: wrong number of keys/weights')
    expect(run('CMS.MERGE dest 1 test1 WEIGHTS x')).toBe('CMS: invalid weight value')
    expect(run('CMS.MERGE dest 0 test1')).toBe('CMS: invalid numkeys')
    expect(run('CMS.MERGE dest x test1')).toBe('CMS: invalid numkeys')
    expect(run('CMS.MERGE dest 3 test1 test2')).toMatch(/^ERR/)
    for (const weight of ['-1', '2147483648', '4294967296', '9007199254740991']) {
      expect(run(`CMS.MERGE dest 2 test1 test2 WEIGHTS 0 ${weight}`)).toBe('CMS: MERGE overflow')
    }
    expect(run('CMS.QUERY dest a')).toEqual([1000])
  })
})
