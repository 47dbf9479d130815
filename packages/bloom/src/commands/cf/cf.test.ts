import { beforeEach, describe, expect, it } from 'vitest'
import { type BloomEngine, randomNumbers, rawReply, startBloomEngine } from '../../_test-engine.ts'

let bloom: BloomEngine
let run: BloomEngine['run']

beforeEach(() => {
  bloom = startBloomEngine()
  run = bloom.run
})

describe('CF.RESERVE', () => {
  it('creates a filter once, and CF.INFO tells of it', () => {
    expect(run('CF.RESERVE cf 1000')).toBe('OK')
    expect(run('CF.RESERVE cf 1000')).toBe('ERR item exists')
    expect(run('CF.RESERVE cf_params 1000 BUCKETSIZE 8 MAXITERATIONS 20 EXPANSION 2')).toBe('OK')
    expect(run('CF.INFO cf')).toEqual({
      Size: 1080,
      'Number of buckets': 512,
      'Number of filter': 1,
      'Number of items inserted': 0,
      'Number of items deleted': 0,
      'Bucket size': 2,
      'Expansion rate': 1,
      'Max iteration': 20,
    })
    expect(run('CF.INFO none')).toBe('ERR not found')
    expect(bloom.events()).toEqual(['new', 'cf.reserve', 'new', 'cf.reserve'])
  })

  it('refuses numbers that make no sense, and creates nothing', () => {
    expect(run('CF.RESERVE cf 0')).toBe('ERR (capacity should be larger than 0)')
    expect(run('CF.RESERVE cf x')).toBe('ERR bad capacity')
    expect(run('CF.RESERVE cf 3')).toBe('ERR Capacity must be at least (BucketSize * 2)')
    for (const size of ['0', '256', '-1', '2147483648', 'x']) {
      expect(run(`CF.RESERVE cf 1000 BUCKETSIZE ${size}`)).toMatch(/BUCKETSIZE must be an integer from 1 to 255/)
    }
    for (const moves of ['0', '65536', '4294967296']) {
      expect(run(`CF.RESERVE cf 1000 MAXITERATIONS ${moves}`)).toMatch(/MAXITERATIONS must be/)
    }
    for (const expansion of ['-1', '32769', '9223372036854775807']) {
      expect(run(`CF.RESERVE cf 1000 EXPANSION ${expansion}`)).toMatch(/EXPANSION must be/)
    }
    expect(run('CF.RESERVE cf 9007199254740991')).toMatch(/^ERR Insufficient memory/)
    expect(run('CF.RESERVE cf 9223372036854775807')).toBe('ERR bad capacity')
    expect(run('EXISTS cf')).toBe(0)
  })

  it('rounds capacity and expansion up to powers of two', () => {
    run('CF.RESERVE cf 1030 BUCKETSIZE 1 EXPANSION 3')
    expect(run('CF.INFO cf')).toMatchObject({ 'Number of buckets': 2048, 'Expansion rate': 4 })
  })
})

describe('CF.ADD, CF.ADDNX, CF.EXISTS, CF.MEXISTS, CF.COUNT and CF.DEL', () => {
  it('answer the documented examples', () => {
    expect(run('CF.ADD cf item1')).toBe(true)
    expect(run('CF.ADD cf item1')).toBe(true)
    expect(run('CF.ADDNX cf2 item')).toBe(true)
    expect(run('CF.ADDNX cf2 item')).toBe(false)
    expect(run('CF.INSERT cf3 ITEMS item1 item2 item2')).toEqual([true, true, true])
    expect(run('CF.COUNT cf3 item1')).toBe(1)
    expect(run('CF.COUNT cf3 item2')).toBe(2)
    expect(run('CF.MEXISTS cf3 item1 item2 item3')).toEqual([true, true, false])
    for (const [item, answer] of [
      ['item1', true],
      ['item1', false],
      ['item2', true],
      ['item2', true],
      ['item2', false],
    ]) {
      expect(run(`CF.DEL cf3 ${item}`)).toBe(answer)
    }
    expect(run('CF.INFO cf3')).toMatchObject({ 'Number of items inserted': 0, 'Number of items deleted': 3 })
  })

  it('say of a missing key what they can', () => {
    expect(run('CF.EXISTS none a')).toBe(false)
    expect(run('CF.MEXISTS none a b')).toEqual([false, false])
    expect(run('CF.COUNT none a')).toBe(0)
    expect(run('CF.DEL none a')).toBe('ERR not found')
  })

  it('answer integers in RESP2 and booleans in RESP3', async () => {
    expect(await rawReply(bloom.engine, 2, 'CF.ADD', 'cf', 'a')).toBe(':1\r\n')
    expect(await rawReply(bloom.engine, 3, 'CF.ADDNX', 'cf', 'a')).toBe('#f\r\n')
    expect(await rawReply(bloom.engine, 3, 'CF.EXISTS', 'cf', 'a')).toBe('#t\r\n')
    expect(await rawReply(bloom.engine, 3, 'CF.INSERT', 'cf', 'ITEMS', 'b')).toBe('*1\r\n#t\r\n')
    expect(await rawReply(bloom.engine, 3, 'CF.INSERTNX', 'cf', 'ITEMS', 'b')).toBe('*1\r\n:0\r\n')
    expect(await rawReply(bloom.engine, 3, 'CF.DEL', 'cf', 'a')).toBe('#t\r\n')
    expect(await rawReply(bloom.engine, 3, 'CF.INFO', 'cf')).toMatch(/^%8\r\n\+Size\r\n:\d+\r\n/)
  })

  it('never lose an item that was added and not deleted (model)', () => {
    const next = randomNumbers(11)
    for (const options of ['64 BUCKETSIZE 1', '64 BUCKETSIZE 4 EXPANSION 2', '2048 MAXITERATIONS 1']) {
      run(`CF.RESERVE m ${options}`)
      const counts = new Map<string, number>()
      for (let i = 0; i < 3000; i++) {
        const item = `i${next(400)}`
        const count = counts.get(item) ?? 0
        if (next(3) > 0 && count < 2) {
          if (run(`CF.ADD m ${item}`) === true) counts.set(item, count + 1)
        } else if (count > 0) {
          expect(run(`CF.DEL m ${item}`)).toBe(true)
          counts.set(item, count - 1)
        }
      }
      let size = 0
      for (const [item, count] of counts) {
        expect(run(`CF.COUNT m ${item}`)).toBeGreaterThanOrEqual(count)
        if (count > 0) expect(run(`CF.EXISTS m ${item}`)).toBe(true)
        size += count
      }
      expect(run('CF.INFO m')).toMatchObject({ 'Number of items inserted': size })
      run('DEL m')
    }
  })

  it('leave a full filter as it was', () => {
    run('CF.RESERVE cf 64 BUCKETSIZE 2 EXPANSION 0')
    const added: number[] = []
    for (let i = 0; i < 200; i++) {
      const before = run('DEBUG DIGEST-VALUE cf')
      const answer = run(`CF.ADD cf ${i}`)
      if (answer === true) added.push(i)
      else {
        expect(answer).toBe('ERR Filter is full')
        expect(run('DEBUG DIGEST-VALUE cf')).toEqual(before)
      }
    }
    expect(added.length).toBeGreaterThan(50)
    for (const i of added) expect(run(`CF.EXISTS cf ${i}`)).toBe(true)
  })

  it('stop growing at the configured number of sub-filters', () => {
    run('CONFIG SET bloom.cf-max-expansions 2')
    run('CF.RESERVE cf 4')
    const answers = Array.from({ length: 30 }, (_, i) => run(`CF.ADD cf ${i}`))
    expect(answers).toContain('ERR Maximum expansions reached')
    expect(run('CF.INFO cf')).toMatchObject({ 'Number of filter': 2 })
  })
})

describe('CF.INSERT and CF.INSERTNX', () => {
  it('answer the documented examples', () => {
    expect(run('CF.INSERT cf CAPACITY 1000 ITEMS item1 item2')).toEqual([true, true])
    expect(run('CF.INSERT cf1 CAPACITY 1000 NOCREATE ITEMS item1 item2')).toBe('ERR not found')
    run('CF.RESERVE cf2 2 BUCKETSIZE 1 EXPANSION 0')
    expect(run('CF.INSERT cf2 ITEMS 1 1 1 1')).toEqual([true, true, -1, -1])
    expect(run('CF.INSERTNX cf3 CAPACITY 1000 ITEMS item1 item2')).toEqual([1, 1])
    expect(run('CF.INSERTNX cf3 CAPACITY 1000 ITEMS item1 item2 item3')).toEqual([0, 0, 1])
    expect(run('CF.INSERTNX cf_new CAPACITY 1000 NOCREATE ITEMS item1 item2')).toBe('ERR not found')
    expect(run('CF.INSERT cf4 CAPACITY 0 ITEMS a')).toBe('ERR (capacity should be larger than 0)')
    expect(run('CF.INSERT cf4 CAPACITY 9007199254740991 ITEMS a')).toMatch(/^ERR Insufficient memory/)
    expect(run('EXISTS cf1 cf4 cf_new')).toBe(0)
  })
})

describe('CF.SCANDUMP and CF.LOADCHUNK', () => {
  const HEADER = `${'01'.padEnd(16, '0')}${'04'.padEnd(16, '0')}${'0'.repeat(16)}${'01'.padEnd(16, '0')}020014000100`
  const DOCUMENTED = `${HEADER}389ae0d8c37f0000`
  const FINGERPRINTS = '0000000007000000'

  it('answer the documented example, but for an address in it', async () => {
    run('CF.RESERVE cf 8')
    run('CF.ADD cf item1')
    const reply = async (iterator: number) => await rawReply(bloom.engine, 2, 'CF.SCANDUMP', 'cf', iterator)
    const chunk = (hex: string) => Buffer.from(hex, 'hex').toString('latin1')
    expect(await reply(0)).toBe(`*2\r\n:1\r\n$46\r\n${chunk(HEADER.padEnd(92, '0'))}\r\n`)
    expect(await reply(1)).toBe(`*2\r\n:9\r\n$8\r\n${chunk(FINGERPRINTS)}\r\n`)
    expect(await reply(9)).toBe('*2\r\n:0\r\n$-1\r\n')
  })

  it('restore a filter that was written elsewhere', () => {
    expect(bloom.send('CF.LOADCHUNK', 'cf', 1, Buffer.from(DOCUMENTED, 'hex'))).toBe('OK')
    expect(bloom.send('CF.LOADCHUNK', 'cf', 9, Buffer.from(FINGERPRINTS, 'hex'))).toBe('OK')
    expect(run('CF.EXISTS cf item1')).toBe(true)
    expect(run('CF.DEL cf item1')).toBe(true)
    expect(run('CF.EXISTS cf item1')).toBe(false)
  })

  it('refuse iterators and chunks that belong nowhere', () => {
    expect(run('CF.SCANDUMP none 0')).toBe('ERR not found')
    expect(run('CF.LOADCHUNK none 9 x')).toBe('ERR not found')
    expect(run('CF.LOADCHUNK none 1 x')).toBe('ERR received bad data')
    run('CF.RESERVE cf 8')
    for (const iterator of [8, 10, 17, 4294967296]) {
      expect(run(`CF.LOADCHUNK cf ${iterator} 12345678`)).toBe('ERR received bad data')
    }
    expect(run('CF.SCANDUMP cf -1')).toBe('ERR bad iterator')
  })
})
