import { type ArgumentMap, arg, type CommandArgument, defineCommand, defineModule } from '@kvasir/module-api'
import { describe, expect, it } from 'vitest'
import { plain, startTestEngine } from '../commands/_test-client.ts'
import { latin1 } from '../structures/bytes.ts'

const SYNTAX = '(error) ERR syntax error'
const NOT_INTEGER = '(error) ERR value is not an integer or out of range'
const NOT_FLOAT = '(error) ERR value is not a valid float'

/** Runs a command `T.X` with these arguments declared. @returns what its handler got, or the error */
function parse(args: ArgumentMap, ...words: readonly CommandArgument[]): unknown {
  let seen: string | undefined
  const command = defineCommand({
    name: 'T.X',
    summary: 'Keeps its arguments.',
    since: '1.0.0',
    complexity: 'O(N)',
    reply: { type: 'any' },
    flags: [],
    arity: -1,
    args,
    handler: (_ctx, values) => {
      seen = JSON.stringify(values, (_key, value) => readable(value))
      return 'seen'
    },
  })
  const { client } = startTestEngine([defineModule({ name: 't', version: '1.0.0', api: 1, commands: [command] })])
  const text = plain(client.raw('T.X', ...words))
  return seen === undefined ? text : JSON.parse(seen)
}

function readable(value: unknown): unknown {
  if (value instanceof Uint8Array) return latin1(value)
  if (typeof value === 'bigint') return `${value}n`
  if (value === Infinity) return 'inf'
  return value
}

describe('A declared argument', () => {
  it('of bytes comes as the bytes that were sent', () => {
    expect(parse({ a: arg.string() }, new Uint8Array([0, 255, 13]))).toEqual({ a: '\0\xff\r' })
    expect(parse({ a: arg.pattern() }, 'x*')).toEqual({ a: 'x*' })
    expect(parse({ a: arg.key({ access: 'RO' }) }, '')).toEqual({ a: '' })
  })

  it('of text is decoded, and what is not UTF-8 replaced', () => {
    expect(parse({ a: arg.text() }, 'grüße')).toEqual({ a: 'grüße' })
    expect(parse({ a: arg.text() }, new Uint8Array([97, 255]))).toEqual({ a: 'a\ufffd' })
  })

  it('of an integer is exact up to 2^53, and refused beyond', () => {
    for (const value of [0, -1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, -(2 ** 53 - 1)]) {
      expect(parse({ a: arg.integer() }, value)).toEqual({ a: value })
    }
    for (const word of ['9007199254740993', '9223372036854775808', '1.5', '', ' 1', '1 ', '+1', '01', 'x', 'inf']) {
      expect(parse({ a: arg.integer() }, word)).toBe(NOT_INTEGER)
    }
  })

  it('of a number may bring error texts of its own', () => {
    const args = { a: arg.integer({ min: 1, error: 'ERR bad a', rangeError: 'ERR a is too small' }) }
    expect(parse(args, 'x')).toBe('(error) ERR bad a')
    expect(parse(args, '9007199254740992')).toBe('(error) ERR bad a')
    expect(parse(args, 0)).toBe('(error) ERR a is too small')
    expect(parse({ a: arg.double({ max: 1, error: 'ERR bad a' }) }, 2)).toBe('(error) ERR bad a')
    expect(parse({ a: arg.counted(arg.string(), { error: 'ERR bad count' }) }, 0, 'x')).toBe('(error) ERR bad count')
  })

  it('of an integer keeps to its bounds', () => {
    const args = { a: arg.integer({ min: 1, max: 10 }) }
    expect(parse(args, 1)).toEqual({ a: 1 })
    expect(parse(args, 10)).toEqual({ a: 10 })
    expect(parse(args, 0)).toBe(NOT_INTEGER)
    expect(parse(args, 11)).toBe(NOT_INTEGER)
  })

  it('of a bigint is exact over all 64 bits', () => {
    for (const word of ['9223372036854775807', '-9223372036854775808', '9007199254740993']) {
      expect(parse({ a: arg.bigint() }, word)).toEqual({ a: `${word}n` })
    }
    expect(parse({ a: arg.bigint() }, '9223372036854775808')).toBe(NOT_INTEGER)
  })

  it('of a double is never NaN', () => {
    expect(parse({ a: arg.double() }, '1.5e3')).toEqual({ a: 1500 })
    expect(parse({ a: arg.double() }, 'inf')).toEqual({ a: 'inf' })
    for (const word of ['nan', '', 'x', ' 1', '1 ']) expect(parse({ a: arg.double() }, word)).toBe(NOT_FLOAT)
    expect(parse({ a: arg.double({ min: 0 }) }, '-0.5')).toBe(NOT_FLOAT)
  })

  it('of a point in time is a whole number', () => {
    expect(parse({ a: arg.unixTime() }, '1700000000000')).toEqual({ a: 1_700_000_000_000 })
    expect(parse({ a: arg.unixTime() }, '1.5')).toBe(NOT_INTEGER)
  })

  it('is required, and nothing may be left over', () => {
    expect(parse({ a: arg.string() })).toBe(SYNTAX)
    expect(parse({ a: arg.string() }, 'x', 'y')).toBe(SYNTAX)
    expect(parse({}, 'x')).toBe(SYNTAX)
    expect(parse({})).toEqual({})
  })
})

describe('Optional arguments', () => {
  const args = {
    key: arg.key({ access: 'RO' }),
    count: arg.optional(arg.after('COUNT', arg.integer())),
    match: arg.optional(arg.after('MATCH', arg.pattern()), undefined),
    fast: arg.flag('FAST'),
  }

  it('come in any order and any case, each once', () => {
    expect(parse(args, 'k')).toEqual({ key: 'k', fast: false })
    expect(parse(args, 'k', 'fast', 'MATCH', 'x', 'Count', 3)).toEqual({ key: 'k', count: 3, match: 'x', fast: true })
    expect(parse(args, 'k', 'COUNT', 3, 'COUNT', 4)).toBe(SYNTAX)
    expect(parse(args, 'k', 'NONE')).toBe(SYNTAX)
    expect(parse(args, 'k', 'COUNT')).toBe(SYNTAX)
  })

  it('take their token as a value behind another token', () => {
    expect(parse(args, 'k', 'MATCH', 'COUNT', 'COUNT', 1)).toEqual({ key: 'k', match: 'COUNT', count: 1, fast: false })
  })

  it('have a fallback', () => {
    expect(parse({ a: arg.optional(arg.integer(), 10) })).toEqual({ a: 10 })
    expect(parse({ a: arg.optional(arg.integer(), 10) }, 0)).toEqual({ a: 0 })
  })

  it('in front of required ones are taken only when words are left for them', () => {
    const login = { user: arg.optional(arg.string()), password: arg.string() }
    expect(parse(login, 'secret')).toEqual({ password: 'secret' })
    expect(parse(login, 'me', 'secret')).toEqual({ user: 'me', password: 'secret' })
    const pair = { pair: arg.optional(arg.block({ a: arg.string(), b: arg.string() })), c: arg.string() }
    expect(parse(pair, 'c')).toEqual({ c: 'c' })
    expect(parse(pair, 'b', 'c')).toBe(SYNTAX)
    expect(parse(pair, 'a', 'b', 'c')).toEqual({ pair: { a: 'a', b: 'b' }, c: 'c' })
  })

  it('without a token leave the tokens of others alone', () => {
    const optional = { message: arg.optional(arg.string()), loud: arg.flag('LOUD') }
    expect(parse(optional, 'loud')).toEqual({ loud: true })
    expect(parse(optional, 'hi', 'loud')).toEqual({ message: 'hi', loud: true })
    expect(parse(optional, 'loud', 'loud')).toEqual({ message: 'loud', loud: true })
  })
})

describe('Groups of arguments', () => {
  it('oneOf takes the alternative that its token names', () => {
    const args = { when: arg.oneOf({ nx: arg.token('NX'), at: arg.after('AT', arg.integer()), id: arg.integer() }) }
    expect(parse(args, 'nx')).toEqual({ when: { is: 'nx', value: true } })
    expect(parse(args, 'AT', 5)).toEqual({ when: { is: 'at', value: 5 } })
    expect(parse(args, 5)).toEqual({ when: { is: 'id', value: 5 } })
    expect(parse(args, 'xx')).toBe(NOT_INTEGER)
    expect(parse({ a: arg.oneOf({ on: arg.token('ON'), off: arg.token('OFF') }) }, 'maybe')).toBe(SYNTAX)
    expect(parse({ a: arg.oneOf({ on: arg.token('ON') }) })).toBe(SYNTAX)
  })

  it('an optional oneOf is recognised by the tokens of its alternatives, however deep', () => {
    const args = {
      value: arg.string(),
      expiry: arg.optional(
        arg.oneOf({ keep: arg.token('KEEP'), time: arg.oneOf({ ex: arg.after('EX', arg.integer()) }) }),
      ),
      get: arg.flag('GET'),
    }
    expect(parse(args, 'v', 'GET', 'EX', 1)).toEqual({
      value: 'v',
      expiry: { is: 'time', value: { is: 'ex', value: 1 } },
      get: true,
    })
    expect(parse(args, 'v', 'KEEP')).toEqual({ value: 'v', expiry: { is: 'keep', value: true }, get: false })
    expect(parse(args, 'v', 'KEEP', 'EX', 1)).toBe(SYNTAX)
  })

  it('a block takes its parts in order', () => {
    const args = { limit: arg.optional(arg.after('LIMIT', arg.block({ offset: arg.integer(), count: arg.integer() }))) }
    expect(parse(args, 'LIMIT', 1, 2)).toEqual({ limit: { offset: 1, count: 2 } })
    expect(parse(args, 'LIMIT', 1)).toBe(SYNTAX)
    expect(parse(args, 'LIMIT', 1, 'x')).toBe(NOT_INTEGER)
  })

  it('a block may begin with an optional part', () => {
    const trim = { exact: arg.flag('='), length: arg.after('LEN', arg.integer()) }
    const args = { trim: arg.optional(arg.block(trim)), id: arg.string() }
    expect(parse(args, '=', 'len', 3, 'x')).toEqual({ trim: { exact: true, length: 3 }, id: 'x' })
    expect(parse(args, 'LEN', 3, 'x')).toEqual({ trim: { exact: false, length: 3 }, id: 'x' })
    expect(parse(args, 'x')).toEqual({ id: 'x' })
  })
})

describe('Rows of arguments', () => {
  it('take all words but those that are required behind them', () => {
    const args = { key: arg.repeated(arg.key({ access: 'RO' })), timeout: arg.double() }
    expect(parse(args, 'a', 0)).toEqual({ key: ['a'], timeout: 0 })
    expect(parse(args, 'a', 'b', 1.5)).toEqual({ key: ['a', 'b'], timeout: 1.5 })
    expect(parse(args, 'a')).toBe(SYNTAX)
  })

  it('leave required words behind the group that they stand in', () => {
    const args = { group: arg.block({ name: arg.string(), member: arg.repeated(arg.string()) }), last: arg.string() }
    expect(parse(args, 'n', 'a', 'b', 'z')).toEqual({ group: { name: 'n', member: ['a', 'b'] }, last: 'z' })
    const either = { from: arg.oneOf({ ids: arg.repeated(arg.string()) }), last: arg.string() }
    expect(parse(either, 'a', 'b', 'z')).toEqual({ from: { is: 'ids', value: ['a', 'b'] }, last: 'z' })
  })

  it('end where the token of an option begins', () => {
    const args = {
      id: arg.optional(arg.after('ID', arg.repeated(arg.integer()))),
      type: arg.optional(arg.after('TYPE', arg.string())),
    }
    expect(parse(args, 'ID', 1, 2, 'TYPE', 'x')).toEqual({ id: [1, 2], type: 'x' })
    expect(parse(args, 'TYPE', 'x', 'ID', 1, 2)).toEqual({ id: [1, 2], type: 'x' })
    const required = { value: arg.repeated(arg.string()), px: arg.optional(arg.after('PX', arg.integer())) }
    expect(parse(required, 'a', 'b', 'px', 1)).toEqual({ value: ['a', 'b'], px: 1 })
    expect(parse(required, 'px', 'a')).toEqual({ value: ['px', 'a'] })
  })

  it('of blocks are whole', () => {
    const args = { data: arg.repeated(arg.block({ key: arg.key({ access: 'OW' }), value: arg.string() })) }
    expect(parse(args, 'a', 1, 'b', 2)).toEqual({
      data: [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
    })
    expect(parse(args, 'a', 1, 'b')).toBe(SYNTAX)
  })

  it('with a token for each go on as long as the token comes', () => {
    const args = { get: arg.optional(arg.repeatedAfter('GET', arg.pattern())), desc: arg.flag('DESC') }
    expect(parse(args, 'GET', 'a', 'GET', 'b', 'DESC')).toEqual({ get: ['a', 'b'], desc: true })
    expect(parse(args, 'GET', 'a', 'b')).toBe(SYNTAX)
  })

  it('of options may repeat them in any order', () => {
    const option = arg.oneOf({ id: arg.after('ID', arg.integer()), no: arg.token('NO') })
    const args = { options: arg.repeated(option) }
    expect(parse(args, 'NO', 'ID', 1, 'no')).toEqual({
      options: [
        { is: 'no', value: true },
        { is: 'id', value: 1 },
        { is: 'no', value: true },
      ],
    })
    expect(parse(args, 'NO', 'x')).toBe(SYNTAX)
  })

  it('of blocks that may be empty come to an end', () => {
    expect(parse({ a: arg.repeated(arg.block({ b: arg.flag('B') })) }, 'x')).toBe(SYNTAX)
  })

  it('with a count take exactly that many', () => {
    const args = { key: arg.counted(arg.key({ access: 'RO' })), weight: arg.flag('WEIGHT') }
    expect(parse(args, 2, 'a', 'b', 'weight')).toEqual({ key: ['a', 'b'], weight: true })
    expect(parse(args, 1, 'WEIGHT')).toEqual({ key: ['WEIGHT'], weight: false })
    expect(parse(args, 3, 'a', 'b')).toBe(SYNTAX)
    expect(parse(args, 0, 'a')).toBe(NOT_INTEGER)
    expect(parse(args, -1, 'a')).toBe(NOT_INTEGER)
    for (const count of [2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER]) expect(parse(args, count, 'a')).toBe(SYNTAX)
    expect(parse(args, '9223372036854775808', 'a')).toBe(NOT_INTEGER)
  })

  it('with a count may allow none', () => {
    const args = { key: arg.counted(arg.key({ access: 'RO' }), { min: 0 }), rest: arg.optional(arg.string()) }
    expect(parse(args, 0)).toEqual({ key: [] })
    expect(parse(args, 0, 'x')).toEqual({ key: [], rest: 'x' })
  })
})

describe('A handler', () => {
  it('that returns nothing is answered with an error, so that the client does not wait for ever', () => {
    const command = defineCommand({
      name: 'T.NOTHING',
      summary: 'Forgets to return.',
      since: '1.0.0',
      complexity: 'O(1)',
      reply: { type: 'any' },
      flags: [],
      args: {},
      handler: () => undefined,
    })
    const { client } = startTestEngine([defineModule({ name: 't', version: '1.0.0', api: 1, commands: [command] })])
    expect(client.run('T.NOTHING')).toBe("(error) ERR internal error in 't.nothing'")
  })
})
