import { type ArgumentMap, arg, type CommandWords, type KeySpec } from '@kvasir/module-api'
import { describe, expect, it } from 'vitest'
import { arityOf, findAllKeys, findKeys, hasMovableKeys, keyRangeOf, keySpecsOf } from './key-specs.ts'

const key = arg.key({ access: 'RO' })

/** The words of a call, the command's name first. */
function words(line: string): CommandWords {
  const list = line.split(' ')
  return {
    argc: list.length,
    number: (index) => (/^-?\d+$/.test(list[index] ?? '') ? Number(list[index]) : Number.NaN),
    is: (index, token) => list[index]?.toLowerCase() === token,
    length: (index) => list[index]?.length ?? 0,
  }
}

function range(pos: number, lastKey: number, step = 1, limit = 0): KeySpec {
  return {
    access: 'RO',
    flags: ['access'],
    beginSearch: { type: 'index', pos },
    findKeys: { type: 'range', lastKey, step, limit },
  }
}

function counted(pos: number, step = 1): KeySpec {
  return {
    access: 'RO',
    flags: ['access'],
    beginSearch: { type: 'index', pos },
    findKeys: { type: 'keynum', keyNumIdx: 0, firstKey: 1, step },
  }
}

function behind(keyword: string, startFrom: number, lastKey: number, limit: number): KeySpec {
  return {
    access: 'RO',
    flags: ['access'],
    beginSearch: { type: 'keyword', keyword, startFrom },
    findKeys: { type: 'range', lastKey, step: 1, limit },
  }
}

describe('The arity that follows from the arguments', () => {
  const cases: readonly (readonly [what: string, args: ArgumentMap, arity: number])[] = [
    ['the name alone', {}, 1],
    ['required arguments', { key, value: arg.string() }, 3],
    ['an optional argument', { key, count: arg.optional(arg.integer()) }, -2],
    ['a flag', { key, fast: arg.flag('FAST') }, -2],
    ['a required token', { key, when: arg.after('AT', arg.integer()) }, 4],
    ['a row', { key: arg.repeated(key), timeout: arg.double() }, -3],
    ['a row of blocks', { data: arg.repeated(arg.block({ key, value: arg.string() })) }, -3],
    ['alternatives of one length', { mode: arg.oneOf({ on: arg.token('ON'), off: arg.token('OFF') }) }, 2],
    ['alternatives of different lengths', { by: arg.oneOf({ on: arg.token('ON'), at: arg.after('AT', key) }) }, -2],
    ['a count', { key: arg.counted(key) }, -3],
    ['a count that may be 0', { script: arg.string(), key: arg.counted(key, { min: 0 }) }, -3],
    ['a count of blocks', { data: arg.counted(arg.block({ key, value: arg.string() })) }, -4],
    [
      'a count behind a token',
      { key, fields: arg.after('FIELDS', arg.block({ field: arg.counted(arg.string()) })) },
      -5,
    ],
  ]

  it.each(cases)('counts %s', (_what, args, arity) => {
    expect(arityOf(args, 1)).toBe(arity)
    expect(arityOf(args, 2)).toBe(arity < 0 ? arity - 1 : arity + 1)
  })
})

describe('The key specs that follow from the arguments', () => {
  it('tell of keys at fixed places, with their flags', () => {
    const source = arg.key({ access: 'RW', flags: ['access', 'delete'] })
    expect(keySpecsOf({ source, destination: arg.key({ access: 'OW' }), side: arg.string() }, 1)).toEqual([
      { ...range(1, 0), access: 'RW', flags: ['access', 'delete'] },
      { ...range(2, 0), access: 'OW', flags: ['update'] },
    ])
    expect(keySpecsOf({ key }, 2)).toEqual([range(2, 0)])
    expect(keySpecsOf({ operation: arg.string(), key }, 1)).toEqual([range(2, 0)])
  })

  it('tell of rows, up to what is required behind them', () => {
    expect(keySpecsOf({ key: arg.repeated(key) }, 1)).toEqual([range(1, -1)])
    expect(keySpecsOf({ key: arg.repeated(key), timeout: arg.double() }, 1)).toEqual([range(1, -2)])
    expect(keySpecsOf({ data: arg.repeated(arg.block({ key, value: arg.string() })) }, 1)).toEqual([range(1, -1, 2)])
    expect(keySpecsOf({ key: arg.optional(arg.repeated(key)) }, 1)).toEqual([range(1, -1)])
  })

  it('tell of counts', () => {
    expect(keySpecsOf({ destination: key, key: arg.counted(key) }, 1)).toEqual([range(1, 0), counted(2)])
    expect(keySpecsOf({ data: arg.counted(arg.block({ key, value: arg.string() })) }, 1)).toEqual([counted(1, 2)])
  })

  it('say nothing of keys whose place is not certain', () => {
    expect(keySpecsOf({ count: arg.optional(arg.integer()), key }, 1)).toEqual([])
    expect(keySpecsOf({ key: arg.repeated(key), other: key }, 1)).toEqual([range(1, -2)])
    expect(keySpecsOf({ key, store: arg.optional(arg.after('STORE', key)) }, 1)).toEqual([range(1, 0)])
    expect(keySpecsOf({ message: arg.string() }, 1)).toEqual([])
  })

  it('count a required token in front of a key', () => {
    expect(keySpecsOf({ to: arg.after('TO', key), from: key }, 1)).toEqual([range(2, 0), range(3, 0)])
  })
})

describe('The keys of a call', () => {
  it('stand at a place', () => {
    expect(findKeys(range(1, 0), words('get a'))).toEqual([1])
    expect(findKeys(range(2, 0), words('get a'))).toBeUndefined()
  })

  it('stand in a row', () => {
    expect(findKeys(range(1, -1), words('del a b c'))).toEqual([1, 2, 3])
    expect(findKeys(range(1, -2), words('blpop a b 0'))).toEqual([1, 2])
    expect(findKeys(range(1, -2), words('blpop a'))).toBeUndefined()
    expect(findKeys(range(1, 1), words('lcs a b'))).toEqual([1, 2])
  })

  it('stand in a row with something between them', () => {
    expect(findKeys(range(1, -1, 2), words('mset a 1 b 2'))).toEqual([1, 3])
    expect(findKeys(range(1, -1, 2), words('mset a 1 b'))).toEqual([1, 3])
  })

  it('stand behind their number', () => {
    expect(findKeys(counted(1), words('zunion 2 a b weights 1 2'))).toEqual([2, 3])
    expect(findKeys(counted(1), words('zunion 0 a'))).toEqual([])
    expect(findKeys(counted(1, 2), words('msetex 2 a 1 b 2'))).toEqual([2, 4])
    for (const number of ['3', '-1', 'x', '2147483647', '4294967297', '9007199254740993']) {
      expect(findKeys(counted(1), words(`zunion ${number} a b`))).toBeUndefined()
    }
    expect(findKeys(counted(2), words('eval script'))).toBeUndefined()
  })

  it('stand behind a keyword, which is looked for from either end', () => {
    const streams = behind('STREAMS', 1, -1, 2)
    expect(findKeys(streams, words('xread count 1 streams a b 0 0'))).toEqual([4, 5])
    expect(findKeys(streams, words('xread streams a b 0'))).toEqual([2])
    expect(findKeys(streams, words('xread a b'))).toEqual([])
    expect(findKeys(behind('KEYS', -2, -1, 0), words('migrate h 1 - 0 10 auth keys KEYS a b'))).toEqual([9, 10])
  })

  it('stand where nobody knows', () => {
    const unknown: KeySpec = {
      access: 'RO',
      flags: ['access'],
      beginSearch: { type: 'unknown' },
      findKeys: { type: 'unknown' },
    }
    expect(findKeys(unknown, words('sort a by b'))).toEqual([])
  })

  it('come from all specs in order, without channels', () => {
    const store = { ...range(1, 0), access: 'OW', flags: ['update'] } as const
    expect(findAllKeys([store, counted(2)], words('zunionstore d 1 a'))).toEqual([
      { index: 1, access: 'OW', flags: ['update'] },
      { index: 3, access: 'RO', flags: ['access'] },
    ])
    expect(findAllKeys([store, counted(2)], words('zunionstore d 2 a'))).toBeUndefined()
    const channel: KeySpec = {
      flags: ['not_key'],
      beginSearch: { type: 'index', pos: 1 },
      findKeys: { type: 'range', lastKey: 0, step: 1, limit: 0 },
    }
    expect(findAllKeys([channel], words('spublish c m'))).toEqual([])
  })
})

describe('The old form of the key positions', () => {
  it('covers the keys at fixed places', () => {
    expect(keyRangeOf([])).toEqual({ first: 0, last: 0, step: 0 })
    expect(keyRangeOf([range(1, 0)])).toEqual({ first: 1, last: 1, step: 1 })
    expect(keyRangeOf([range(1, -1, 2)])).toEqual({ first: 1, last: -1, step: 2 })
    expect(keyRangeOf([range(1, 0), range(2, 0)])).toEqual({ first: 1, last: 2, step: 1 })
    expect(keyRangeOf([range(2, 0), range(3, -1)])).toEqual({ first: 2, last: -1, step: 1 })
    expect(keyRangeOf([range(1, 0), counted(2)])).toEqual({ first: 1, last: 1, step: 1 })
    expect(keyRangeOf([counted(1)])).toEqual({ first: 0, last: 0, step: 0 })
  })

  it('says when there are others', () => {
    expect(hasMovableKeys([range(1, 0), range(2, -1)])).toBe(false)
    expect(hasMovableKeys([range(1, 0), counted(2)])).toBe(true)
    expect(hasMovableKeys([behind('STREAMS', 1, -1, 2)])).toBe(true)
    expect(hasMovableKeys([{ ...range(1, 0), flags: ['incomplete'] }])).toBe(true)
  })
})
