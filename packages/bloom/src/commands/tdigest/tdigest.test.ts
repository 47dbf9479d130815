import { beforeEach, describe, expect, it } from 'vitest'
import { type BloomEngine, randomNumbers, rawBytes, rawReply, startBloomEngine } from '../../_test-engine.ts'

let bloom: BloomEngine
let run: BloomEngine['run']

beforeEach(() => {
  bloom = startBloomEngine()
  run = bloom.run
})

const MISSING = 'ERR T-Digest: key does not exist'

describe('TDIGEST.CREATE, TDIGEST.INFO and TDIGEST.RESET', () => {
  it('answer the documented examples', async () => {
    expect(run('TDIGEST.CREATE t')).toBe('OK')
    expect(run('TDIGEST.CREATE t COMPRESSION 100')).toBe('ERR T-Digest: key already exists')
    expect(run('TDIGEST.ADD t 1 2 3 4 5')).toBe('OK')
    const info = {
      Compression: 100,
      Capacity: 610,
      'Merged nodes': 0,
      'Unmerged nodes': 5,
      'Merged weight': 0,
      'Unmerged weight': 5,
      Observations: 5,
      'Total compressions': 0,
      'Memory usage': 9768,
    }
    expect(run('TDIGEST.INFO t')).toEqual(info)
    expect(await rawReply(bloom.engine, 2, 'TDIGEST.INFO', 't')).toMatch(/^\*18\r\n\+Compression\r\n:100\r\n/)
    expect(await rawReply(bloom.engine, 3, 'TDIGEST.INFO', 't')).toMatch(/^%9\r\n\+Compression\r\n:100\r\n/)
    expect(run('TDIGEST.RESET t')).toBe('OK')
    expect(run('TDIGEST.INFO t')).toMatchObject({ Observations: 0, 'Unmerged nodes': 0 })
    expect(run('TDIGEST.MIN t')).toBeNaN()
    expect(bloom.events()).toEqual(['new', 'tdigest.create', 'tdigest.add', 'tdigest.reset'])
    expect(run('TDIGEST.INFO none')).toBe(MISSING)
    expect(run('TDIGEST.RESET none')).toBe(MISSING)
  })

  it('refuse a compression that makes no sense', () => {
    for (const value of ['0', '-1']) {
      expect(run(`TDIGEST.CREATE t COMPRESSION ${value}`)).toMatch(/needs to be a positive integer/)
    }
    for (const value of ['x', '1.5', '9223372036854775807']) {
      expect(run(`TDIGEST.CREATE t COMPRESSION ${value}`)).toBe('ERR T-Digest: error parsing compression parameter')
    }
    for (const value of ['1048577', '2147483648', '4294967296', '9007199254740991']) {
      expect(run(`TDIGEST.CREATE t COMPRESSION ${value}`)).toBe('ERR T-Digest: compression parameter is too large')
    }
    expect(run('TDIGEST.CREATE t 100')).toBe('ERR syntax error')
    expect(run('EXISTS t')).toBe(0)
  })
})

describe('TDIGEST.ADD, TDIGEST.MIN and TDIGEST.MAX', () => {
  it('answer the documented examples', async () => {
    run('TDIGEST.CREATE t')
    expect(await rawReply(bloom.engine, 2, 'TDIGEST.MIN', 't')).toBe('$3\r\nnan\r\n')
    expect(await rawReply(bloom.engine, 3, 'TDIGEST.MAX', 't')).toBe(',nan\r\n')
    run('TDIGEST.ADD t 3 4 1 2 5')
    expect(await rawReply(bloom.engine, 2, 'TDIGEST.MIN', 't')).toBe('$1\r\n1\r\n')
    expect(await rawReply(bloom.engine, 3, 'TDIGEST.MAX', 't')).toBe(',5\r\n')
    for (const command of ['MIN none', 'MAX none', 'ADD none 1']) expect(run(`TDIGEST.${command}`)).toBe(MISSING)
  })

  it('refuse what is no finite number, and add nothing', () => {
    run('TDIGEST.CREATE t')
    for (const value of ['nan', 'x', '']) expect(bloom.send('TDIGEST.ADD', 't', 1, value)).toMatch(/error parsing val/)
    for (const value of ['inf', '-inf', '1e400']) {
      expect(run(`TDIGEST.ADD t 1 ${value}`)).toBe('ERR T-Digest: val parameter needs to be a finite number')
    }
    expect(run('TDIGEST.INFO t')).toMatchObject({ Observations: 0 })
  })

  it('take the largest numbers that there are', () => {
    run('TDIGEST.CREATE t COMPRESSION 1')
    for (let i = 0; i < 100; i++) run('TDIGEST.ADD t 1.7976931348623157e308 -1.7976931348623157e308 9007199254740993')
    expect(run('TDIGEST.MAX t')).toBe(Number.MAX_VALUE)
    expect(run('TDIGEST.QUANTILE t 0 1')).toEqual([-Number.MAX_VALUE, Number.MAX_VALUE])
    for (const value of run('TDIGEST.QUANTILE t 0.2 0.5 0.7') as number[]) expect(Number.isFinite(value)).toBe(true)
    expect(Number.isFinite(run('TDIGEST.TRIMMED_MEAN t 0.1 0.9'))).toBe(true)
  })
})

describe('TDIGEST.QUANTILE, TDIGEST.CDF, TDIGEST.BYRANK and TDIGEST.BYREVRANK', () => {
  beforeEach(() => {
    run('TDIGEST.CREATE t COMPRESSION 1000')
    run('TDIGEST.ADD t 1 2 2 3 3 3 4 4 4 4 5 5 5 5 5')
  })

  it('answer the documented examples', async () => {
    expect(run('TDIGEST.QUANTILE t 0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1')).toEqual([1, 2, 3, 3, 4, 4, 4, 5, 5, 5, 5])
    expect(run('TDIGEST.CDF t 0 1 2 3 4 5 6')).toEqual([0, 0.5 / 15, 2 / 15, 0.3, 8 / 15, 12.5 / 15, 1])
    const ranks = Array.from({ length: 16 }, (_, i) => i).join(' ')
    const values = [1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5]
    expect(run(`TDIGEST.BYRANK t ${ranks}`)).toEqual([...values, Infinity])
    expect(run(`TDIGEST.BYREVRANK t ${ranks}`)).toEqual([...values.reverse(), -Infinity])
    expect(await rawReply(bloom.engine, 2, 'TDIGEST.BYRANK', 't', 0, 15)).toBe('*2\r\n$1\r\n1\r\n$3\r\ninf\r\n')
    expect(await rawReply(bloom.engine, 3, 'TDIGEST.BYREVRANK', 't', 0, 15)).toBe('*2\r\n,5\r\n,-inf\r\n')
    expect(await rawReply(bloom.engine, 2, 'TDIGEST.CDF', 't', 3)).toBe('*1\r\n$3\r\n0.3\r\n')
  })

  it('answer of an empty digest that it is empty', () => {
    run('TDIGEST.RESET t')
    for (const command of ['QUANTILE t 0 1', 'CDF t 0 1', 'BYRANK t 0 1', 'BYREVRANK t 0 1']) {
      expect(run(`TDIGEST.${command}`)).toEqual([Number.NaN, Number.NaN])
    }
    expect(run('TDIGEST.RANK t 1 2')).toEqual([-2, -2])
    expect(run('TDIGEST.REVRANK t 1 2')).toEqual([-2, -2])
    expect(run('TDIGEST.TRIMMED_MEAN t 0 1')).toBeNaN()
  })

  it('refuse what makes no sense', () => {
    for (const command of ['QUANTILE', 'CDF', 'RANK', 'REVRANK', 'BYRANK', 'BYREVRANK']) {
      expect(run(`TDIGEST.${command} none 1`)).toBe(MISSING)
    }
    expect(run('TDIGEST.QUANTILE t 1.5')).toBe('ERR T-Digest: quantile should be in [0,1]')
    expect(run('TDIGEST.QUANTILE t -0.1')).toBe('ERR T-Digest: quantile should be in [0,1]')
    for (const value of ['nan', 'x']) {
      expect(run(`TDIGEST.QUANTILE t ${value}`)).toBe('ERR T-Digest: error parsing quantile')
      expect(run(`TDIGEST.CDF t ${value}`)).toBe('ERR T-Digest: error parsing cdf')
      expect(run(`TDIGEST.RANK t ${value}`)).toBe('ERR T-Digest: error parsing value')
      expect(run(`TDIGEST.BYRANK t ${value}`)).toBe('ERR T-Digest: error parsing rank')
    }
    expect(run('TDIGEST.BYRANK t -1')).toBe('ERR T-Digest: rank needs to be non negative')
    expect(run('TDIGEST.BYRANK t 2147483648 9007199254740991')).toEqual([Infinity, Infinity])
    expect(run('TDIGEST.CDF t -inf inf')).toEqual([0, 1])
  })
})

describe('TDIGEST.RANK and TDIGEST.REVRANK', () => {
  it('answer the documented examples', () => {
    run('TDIGEST.CREATE s COMPRESSION 1000')
    run('TDIGEST.ADD s 10 20 30 40 50 60')
    expect(run('TDIGEST.RANK s 0 10 20 30 40 50 60 70')).toEqual([-1, 0, 1, 2, 3, 4, 5, 6])
    expect(run('TDIGEST.REVRANK s 0 10 20 30 40 50 60 70')).toEqual([6, 5, 4, 3, 2, 1, 0, -1])
    run('TDIGEST.RESET s')
    run('TDIGEST.ADD s 10 10 10 10 20 20')
    expect(run('TDIGEST.RANK s 10 20')).toEqual([2, 5])
    expect(run('TDIGEST.REVRANK s 10 20')).toEqual([4, 1])
  })
})

describe('TDIGEST.TRIMMED_MEAN', () => {
  it('answers the documented examples', () => {
    run('TDIGEST.CREATE t COMPRESSION 1000')
    run('TDIGEST.ADD t 1 2 3 4 5 6 7 8 9 10')
    expect(run('TDIGEST.TRIMMED_MEAN t 0.1 0.6')).toBeCloseTo(4, 12)
    expect(run('TDIGEST.TRIMMED_MEAN t 0.3 0.9')).toBeCloseTo(6.5, 12)
    expect(run('TDIGEST.TRIMMED_MEAN t 0 1')).toBeCloseTo(5.5, 12)
  })

  it('refuses cuts that make no sense', () => {
    run('TDIGEST.CREATE t')
    expect(run('TDIGEST.TRIMMED_MEAN none 0 1')).toBe(MISSING)
    expect(run('TDIGEST.TRIMMED_MEAN t 0.5 0.5')).toMatch(/low_cut_percentile should be lower/)
    expect(run('TDIGEST.TRIMMED_MEAN t -0.5 0.5')).toMatch(/should be in \[0,1\]/)
    expect(run('TDIGEST.TRIMMED_MEAN t 0.5 2')).toMatch(/should be in \[0,1\]/)
    expect(run('TDIGEST.TRIMMED_MEAN t nan 1')).toBe('ERR T-Digest: error parsing low_cut_percentile')
    expect(run('TDIGEST.TRIMMED_MEAN t 0 x')).toBe('ERR T-Digest: error parsing high_cut_percentile')
  })
})

describe('TDIGEST.MERGE', () => {
  beforeEach(() => {
    run('TDIGEST.CREATE s1')
    run('TDIGEST.CREATE s2 COMPRESSION 200')
    run('TDIGEST.ADD s1 10.0 20.0')
    run('TDIGEST.ADD s2 30.0 40.0')
  })

  it('answers the documented examples', () => {
    expect(run('TDIGEST.MERGE sM 2 s1 s2')).toBe('OK')
    expect(run('TDIGEST.BYRANK sM 0 1 2 3 4')).toEqual([10, 20, 30, 40, Infinity])
    expect(run('TDIGEST.INFO sM')).toMatchObject({ Compression: 200, Observations: 4 })
  })

  it('keeps, overrides or sets the compression of the destination', () => {
    expect(run('TDIGEST.MERGE s1 1 s2')).toBe('OK')
    expect(run('TDIGEST.INFO s1')).toMatchObject({ Compression: 100, Observations: 4 })
    expect(run('TDIGEST.MERGE s1 2 s1 s2 OVERRIDE')).toBe('OK')
    expect(run('TDIGEST.INFO s1')).toMatchObject({ Compression: 200, Observations: 6 })
    expect(run('TDIGEST.MERGE s1 1 s2 COMPRESSION 50 OVERRIDE')).toBe('OK')
    expect(run('TDIGEST.INFO s1')).toMatchObject({ Compression: 50, Observations: 2 })
  })

  it('refuses what does not fit, and creates nothing', () => {
    expect(run('TDIGEST.MERGE sM 2 s1 none')).toBe(MISSING)
    expect(run('TDIGEST.MERGE sM 0 s1')).toBe('ERR T-Digest: numkeys needs to be a positive integer')
    expect(run('TDIGEST.MERGE sM 1 s1 COMPRESSION 0')).toMatch(/needs to be a positive integer/)
    expect(run('TDIGEST.MERGE sM 1 s1 COMPRESSION 4294967296')).toMatch(/too large/)
    expect(run('TDIGEST.MERGE sM 3 s1 s2')).toMatch(/^ERR/)
    expect(run('EXISTS sM')).toBe(0)
  })

  it('counts up to 2^53 observations, and refuses more', async () => {
    run('TDIGEST.CREATE d')
    run('TDIGEST.ADD d 1 2 3 4')
    for (let i = 0; i < 50; i++) expect(run('TDIGEST.MERGE d 2 d d OVERRIDE')).toBe('OK')
    expect(run('TDIGEST.INFO d')).toMatchObject({ Observations: 2 ** 52 })
    const payload = await rawBytes(bloom.engine, 'DUMP', 'd')
    expect(run('TDIGEST.MERGE d 2 d d OVERRIDE')).toBe('ERR T-Digest: MERGE overflow')
    expect(bloom.send('RESTORE', 'e', 0, payload)).toBe('OK')
    expect(run('TDIGEST.QUANTILE e 0 0.5 1')).toEqual(run('TDIGEST.QUANTILE d 0 0.5 1'))
  })

  it('estimates as a digest of all observations does (model)', () => {
    const next = randomNumbers(13)
    for (const key of ['a', 'b', 'c']) run(`TDIGEST.CREATE ${key}`)
    const all: number[] = []
    for (const key of ['a', 'b', 'c']) {
      for (let i = 0; i < 100; i++) {
        const values = Array.from({ length: 20 }, () => next(1_000_000))
        all.push(...values)
        run(`TDIGEST.ADD ${key} ${values.join(' ')}`)
      }
    }
    run('TDIGEST.MERGE m 3 a b c')
    all.sort((a, b) => a - b)
    for (const q of [0.01, 0.1, 0.5, 0.9, 0.99]) {
      const [value] = run(`TDIGEST.QUANTILE m ${q}`) as [number]
      expect(Math.abs(all.filter((x) => x < value).length / all.length - q)).toBeLessThan(0.02)
    }
    expect(run('TDIGEST.MIN m')).toBe(all[0])
    expect(run('TDIGEST.MAX m')).toBe(all.at(-1))
    expect(run('TDIGEST.INFO m')).toMatchObject({ Observations: 6000 })
  })
})

it('A t-digest is not changed by those that ask it', () => {
  run('TDIGEST.CREATE t')
  for (let i = 0; i < 1000; i++) run(`TDIGEST.ADD t ${(i * 7919) % 1000}`)
  const before = run('DEBUG DIGEST-VALUE t')
  for (const command of ['QUANTILE t 0.5', 'CDF t 5', 'RANK t 5', 'BYRANK t 5', 'TRIMMED_MEAN t 0.1 0.9']) {
    run(`TDIGEST.${command}`)
  }
  expect(run('DEBUG DIGEST-VALUE t')).toEqual(before)
})
