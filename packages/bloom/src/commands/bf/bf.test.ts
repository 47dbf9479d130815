import { beforeEach, describe, expect, it } from 'vitest'
import { type BloomEngine, randomNumbers, rawReply, startBloomEngine } from '../../_test-engine.ts'

let bloom: BloomEngine
let run: BloomEngine['run']

beforeEach(() => {
  bloom = startBloomEngine()
  run = bloom.run
})

const HUGE = ['2147483648', '4294967296', '9007199254740991', '9007199254740992', '9223372036854775807', '1e400']

describe('BF.RESERVE', () => {
  it('creates a filter once', () => {
    expect(run('BF.RESERVE bf 0.01 1000')).toBe('OK')
    expect(run('BF.RESERVE bf 0.01 1000')).toBe('ERR item exists')
    expect(run('BF.RESERVE bf_exp 0.01 1000 EXPANSION 2')).toBe('OK')
    expect(run('BF.RESERVE bf_non 0.01 1000 NONSCALING')).toBe('OK')
    expect(run('BF.INFO bf_non EXPANSION')).toEqual([null])
    expect(bloom.events().slice(0, 2)).toEqual(['new', 'bf.reserve'])
  })

  it('refuses rates, capacities and expansions that make no sense, and creates nothing', () => {
    for (const rate of ['0', '1', '-0.1', '1.5', 'inf', '-inf']) {
      expect(run(`BF.RESERVE bf ${rate} 1000`)).toBe('ERR (0 < error rate range < 1)')
    }
    for (const rate of ['nan', 'x']) expect(run(`BF.RESERVE bf ${rate} 1000`)).toBe('ERR bad error rate')
    expect(run('BF.RESERVE bf 0.01 0')).toBe('ERR (capacity should be larger than 0)')
    expect(run('BF.RESERVE bf 0.01 -1')).toBe('ERR (capacity should be larger than 0)')
    expect(run('BF.RESERVE bf 0.01 1.5')).toBe('ERR bad capacity')
    expect(run('BF.RESERVE bf 0.01 10 EXPANSION 0')).toBe('ERR expansion should be greater or equal to 1')
    expect(run('BF.RESERVE bf 0.01 10 EXPANSION x')).toBe('ERR bad expansion')
    for (const expansion of [...HUGE.slice(0, 5), '32769']) {
      expect(run(`BF.RESERVE bf 0.01 10 EXPANSION ${expansion}`)).toBe('ERR bad expansion')
      expect(run(`BF.INSERT bf EXPANSION ${expansion} ITEMS a`)).toBe('ERR bad expansion')
    }
    expect(run('BF.RESERVE bf 0.01 10 NONSCALING EXPANSION 2')).toBe('ERR nonscaling filters cannot expand')
    expect(run('BF.RESERVE bf 0.01 10 SCALING')).toBe('ERR syntax error')
    expect(run('EXISTS bf')).toBe(0)
  })

  it('refuses what is more than there can be', () => {
    for (const capacity of HUGE.slice(2))
      expect(run(`BF.RESERVE bf 0.0001 ${capacity}`)).toMatch(/^ERR (Insuff|bad cap)/)
    expect(run('BF.RESERVE bf 1e-300 4294967296')).toMatch(/^ERR Insufficient memory/)
    expect(run('EXISTS bf')).toBe(0)
  })
})

describe('BF.ADD and BF.EXISTS', () => {
  it('answer the documented examples', () => {
    expect(run('BF.ADD bf item1')).toBe(true)
    expect(run('BF.ADD bf item1')).toBe(false)
    expect(run('BF.EXISTS bf item1')).toBe(true)
    expect(run('BF.EXISTS bf item2')).toBe(false)
    expect(run('BF.EXISTS none item')).toBe(false)
  })

  it('answer integers in RESP2 and booleans in RESP3', async () => {
    expect(await rawReply(bloom.engine, 2, 'BF.ADD', 'bf', 'a')).toBe(':1\r\n')
    expect(await rawReply(bloom.engine, 3, 'BF.ADD', 'bf', 'a')).toBe('#f\r\n')
    expect(await rawReply(bloom.engine, 2, 'BF.EXISTS', 'bf', 'a')).toBe(':1\r\n')
    expect(await rawReply(bloom.engine, 3, 'BF.EXISTS', 'bf', 'b')).toBe('#f\r\n')
    expect(await rawReply(bloom.engine, 3, 'BF.MADD', 'bf', 'a', 'b')).toBe('*2\r\n#f\r\n#t\r\n')
    expect(await rawReply(bloom.engine, 2, 'BF.MEXISTS', 'bf', 'a', 'c')).toBe('*2\r\n:1\r\n:0\r\n')
  })

  it('tell of a change when there is one', () => {
    run('BF.ADD bf a')
    expect(bloom.events()).toEqual(['new', 'bf.add'])
    run('BF.ADD bf a')
    expect(bloom.events()).toEqual([])
    run('BF.ADD bf b')
    expect(bloom.events()).toEqual(['bf.add'])
  })

  it('take any bytes, and none', () => {
    for (const item of [new Uint8Array(), new Uint8Array([0]), new Uint8Array([0, 0]), new Uint8Array(100_000)]) {
      expect(bloom.send('BF.ADD', 'bf', item)).toBe(true)
      expect(bloom.send('BF.EXISTS', 'bf', item)).toBe(true)
    }
  })

  it('find what was added, for filters that scale as for those that do not (model)', () => {
    const next = randomNumbers(7)
    for (const options of ['0.01 50 EXPANSION 1', '0.001 50 EXPANSION 3', '0.1 3000 NONSCALING']) {
      run(`BF.RESERVE m ${options}`)
      const model = new Set<string>()
      let wrong = 0
      for (let i = 0; i < 2000; i++) {
        const item = `item${next(3000)}`
        const isNew = run(`BF.ADD m ${item}`)
        // A new item may look like one that is there; one that is there is never new.
        if (model.has(item)) expect(isNew).toBe(false)
        else if (isNew === false) wrong++
        model.add(item)
        expect(run(`BF.EXISTS m ${item}`)).toBe(true)
      }
      expect(run('BF.CARD m')).toBe(model.size - wrong)
      expect(wrong / model.size).toBeLessThan(Number(options.split(' ')[0]) * 1.5)
      run('DEL m')
    }
  })

  it('make sub-filters as items come', () => {
    run('BF.RESERVE bf 0.01 10 EXPANSION 4')
    for (let i = 0; i < 200; i++) run(`BF.ADD bf ${i}`)
    const info = run('BF.INFO bf') as Record<string, number>
    expect(info['Number of filters']).toBe(3)
    expect(info.Capacity).toBe(10 + 40 + 160)
    expect([info.Size]).toEqual(run('BF.INFO bf SIZE'))
    expect(run('BF.INFO bf FILTERS')).toEqual([3])
    expect(run('BF.INFO bf ITEMS')).toEqual([run('BF.CARD bf')])
  })
})

describe('BF.MADD, BF.MEXISTS and BF.INSERT', () => {
  it('take several items', () => {
    expect(run('BF.MADD bf item1 item2 item2')).toEqual([true, true, false])
    expect(run('BF.MEXISTS bf item1 item2 item3')).toEqual([true, true, false])
    expect(run('BF.MEXISTS none a b')).toEqual([false, false])
    expect(run('BF.INSERT filter ITEMS foo bar baz')).toEqual([true, true, true])
    expect(run('BF.INSERT filter2 CAPACITY 10000 ITEMS hello')).toEqual([true])
    expect(run('BF.INFO filter2 CAPACITY')).toEqual([10000])
    expect(run('BF.INSERT filter NOCREATE ITEMS foo bar')).toEqual([false, false])
    expect(bloom.events()).toEqual(['new', 'bf.madd', 'new', 'bf.insert', 'new', 'bf.insert'])
  })

  it('BF.INSERT refuses options that contradict each other', () => {
    expect(run('BF.INSERT none NOCREATE ITEMS a')).toBe('ERR not found')
    expect(run('BF.INSERT none NOCREATE CAPACITY 10 ITEMS a')).toMatch(/^ERR NOCREATE cannot/)
    expect(run('BF.INSERT none ERROR 0.1 NOCREATE ITEMS a')).toMatch(/^ERR NOCREATE cannot/)
    expect(run('BF.INSERT none ERROR 1 ITEMS a')).toBe('ERR (0 < error rate range < 1)')
    expect(run('BF.INSERT none NONSCALING EXPANSION 2 ITEMS a')).toBe('ERR nonscaling filters cannot expand')
    expect(run('BF.INSERT none a b c')).toBe('ERR syntax error')
    expect(run('BF.INSERT none CAPACITY 10 x ITEMS')).toMatch(/^ERR (syntax error|wrong number)/)
    expect(run('EXISTS none')).toBe(0)
  })

  it('end with an error where a filter that does not scale is full', () => {
    expect(run('BF.INSERT bf CAPACITY 2 ERROR 0.0001 NONSCALING ITEMS a b c d')).toEqual([
      true,
      true,
      'ERR non scaling filter is full',
    ])
    expect(run('BF.MADD bf a c')).toEqual([false, 'ERR non scaling filter is full'])
    expect(run('BF.ADD bf c')).toBe('ERR non scaling filter is full')
    expect(run('BF.ADD bf a')).toBe(false)
    expect(run('BF.CARD bf')).toBe(2)
  })
})

describe('BF.CARD and BF.INFO', () => {
  it('answer the documented examples', () => {
    run('BF.ADD bf1 observation1')
    expect(run('BF.CARD bf1')).toBe(1)
    expect(run('BF.CARD bf_new')).toBe(0)
    expect(run('BF.INFO bf1')).toEqual({
      Capacity: 100,
      Size: 240,
      'Number of filters': 1,
      'Number of items inserted': 1,
      'Expansion rate': 2,
    })
    expect(run('BF.INFO none')).toBe('ERR not found')
    expect(run('BF.INFO bf1 COLOUR')).toBe('ERR syntax error')
  })

  it('answer one value as an array in RESP2, and names and values in both', async () => {
    run('BF.ADD bf1 observation1')
    expect(await rawReply(bloom.engine, 2, 'BF.INFO', 'bf1', 'capacity')).toBe('*1\r\n:100\r\n')
    expect(await rawReply(bloom.engine, 3, 'BF.INFO', 'bf1', 'ITEMS')).toBe('%1\r\n+Number of items inserted\r\n:1\r\n')
    expect(await rawReply(bloom.engine, 2, 'BF.INFO', 'bf1')).toMatch(
      /^\*10\r\n\+Capacity\r\n:100\r\n\+Size\r\n:240\r\n/,
    )
    expect(await rawReply(bloom.engine, 3, 'BF.INFO', 'bf1')).toMatch(/^%5\r\n\+Capacity\r\n:100\r\n/)
  })
})

describe('BF.SCANDUMP and BF.LOADCHUNK', () => {
  const HEADER =
    '01000000000000000100000005000000020000000800000000000000400000000000000001000000000000009a9999999999a93f' +
    '4af7d49edef01840050000000a0000000000000000'
  const BITS = '0108008000042000'

  it('answer the documented example, byte for byte', async () => {
    run('BF.RESERVE bf 0.1 10')
    run('BF.ADD bf item1')
    const reply = async (iterator: number) => await rawReply(bloom.engine, 2, 'BF.SCANDUMP', 'bf', iterator)
    const chunk = (hex: string) => Buffer.from(hex, 'hex').toString('latin1')
    expect(await reply(0)).toBe(`*2\r\n:1\r\n$73\r\n${chunk(HEADER)}\r\n`)
    expect(await reply(1)).toBe(`*2\r\n:9\r\n$8\r\n${chunk(BITS)}\r\n`)
    expect(await reply(9)).toBe('*2\r\n:0\r\n$0\r\n\r\n')
  })

  it('restore a filter that was written elsewhere', () => {
    expect(bloom.send('BF.LOADCHUNK', 'bf', 1, Buffer.from(HEADER, 'hex'))).toBe('OK')
    expect(run('BF.EXISTS bf item1')).toBe(false)
    expect(bloom.send('BF.LOADCHUNK', 'bf', 9, Buffer.from(BITS, 'hex'))).toBe('OK')
    expect(run('BF.EXISTS bf item1')).toBe(true)
    expect(run('BF.CARD bf')).toBe(1)
    expect(bloom.events()).toEqual(['new', 'bf.loadchunk', 'bf.loadchunk'])
  })

  it('refuse iterators and chunks that belong nowhere, and change nothing', () => {
    expect(run('BF.SCANDUMP none 0')).toBe('ERR not found')
    expect(run('BF.LOADCHUNK none 9 x')).toBe('ERR not found')
    expect(run('BF.LOADCHUNK none 1 x')).toBe('ERR received bad data')
    expect(run('EXISTS none')).toBe(0)
    run('BF.RESERVE bf 0.1 10')
    for (const iterator of ['-1', 'x', '1.5', '9223372036854775808']) {
      expect(run(`BF.SCANDUMP bf ${iterator}`)).toBe('ERR bad iterator')
      expect(run(`BF.LOADCHUNK bf ${iterator} x`)).toBe('ERR bad iterator')
    }
    expect(run('BF.SCANDUMP bf 9007199254740991')).toEqual([0, ''])
    const before = run('DEBUG DIGEST-VALUE bf')
    for (const iterator of [2, 8, 10, 17, 4294967296, 9007199254740991]) {
      expect(run(`BF.LOADCHUNK bf ${iterator} 12345678`)).toBe('ERR received bad data')
    }
    expect(run('BF.LOADCHUNK bf 1 short')).toBe('ERR received bad data')
    expect(run('DEBUG DIGEST-VALUE bf')).toEqual(before)
  })
})
