/**
 * Draw: the fuzzer's random choices, all from one seed. Keys, fields and members come from small pools, so that
 * commands meet; now and then something hostile comes instead: numbers at the edges of 32, 53 and 64 bits, what is no
 * number at all, empty and long strings, bytes that are no text.
 *
 * Words are strings with one character per byte.
 */

/** What a key of the pool usually holds. */
export type KeyKind =
  | 'string'
  | 'hash'
  | 'list'
  | 'set'
  | 'zset'
  | 'stream'
  | 'bitmap'
  | 'hll'
  | 'geo'
  | 'weight'
  | 'lex'

const POOLS: Readonly<Record<KeyKind, readonly string[]>> = {
  string: ['s1', 's2', 's3', 's4', 's5'],
  hash: ['h1', 'h2', 'h3', 'h4'],
  list: ['l1', 'l2', 'l3', 'l4'],
  set: ['t1', 't2', 't3', 't4'],
  zset: ['z1', 'z2', 'z3', 'z4'],
  stream: ['x1', 'x2', 'x3'],
  bitmap: ['b1', 'b2', 'b3', 'b4'],
  hll: ['p1', 'p2', 'p3', 'p4'],
  geo: ['g1', 'g2', 'g3'],
  // Sorted sets in which all scores are 0.
  lex: ['q1', 'q2', 'q3'],
  // What SORT's BY and GET patterns lead to.
  weight: ['w_1', 'w_2', 'w_3', 'w_a', 'w_b', 'w_5'],
}
const ODD_KEYS = ['', 'missing', 'bin\r\n\0\xff', `long${'k'.repeat(300)}`, '{tag}1', '7']
export const EVERY_KEY: readonly string[] = [
  // Nobody adds other scores to those of `lex` and `geo` by accident, or writes into the registers of `hll`.
  ...Object.values(POOLS)
    .flat()
    .filter((key) => ![...POOLS.lex, ...POOLS.geo, ...POOLS.hll].includes(key)),
  ...ODD_KEYS,
]

const WORDS = ['a', 'b', 'c', 'd', 'foo', 'bar', 'baz', 'hello', 'A', 'Foo', 'aa', 'ab', 'b\0', '\xff\xfe', '\xc3\xa9']
const NUMBER_WORDS = ['0', '1', '2', '3', '5', '7', '10', '100', '-1', '-5', '127', '128', '-129', '32768', '70000']
const ODD_NUMBER_WORDS = ['2147483648', '-2147483649', '9223372036854775807', '-9223372036854775808', '1.5', '-0.25']

export const HOSTILE_INTEGERS: readonly string[] = [
  ...['2147483647', '2147483648', '-2147483648', '-2147483649', '4294967295', '4294967296', '-4294967296'],
  ...['9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740992', '-9007199254740993'],
  ...['9223372036854775806', '9223372036854775807', '9223372036854775808', '-9223372036854775808'],
  ...['-9223372036854775809', '18446744073709551615', '18446744073709551616', '99999999999999999999999'],
]
export const NO_INTEGERS: readonly string[] = [
  ...['', 'abc', '1.5', '1e3', '0x10', ' 1', '1 ', '+1', '-', '-0', '00', '01', '1\0', 'nan', 'inf', '--1', '\xff'],
]
const HOSTILE_FLOATS = [
  ...['nan', 'NaN', '-nan', 'inf', '+inf', '-inf', 'Infinity', '-Infinity', '', 'abc', '1e400', '-1e400', '1e308'],
  ...[
    '1e-400',
    '4.9e-324',
    '0x1p3',
    '1e',
    ' 1',
    '1 ',
    '1,5',
    '-0',
    '-0.0',
    '.5',
    '5.',
    '+.5e1',
    '1e17',
    '1e21',
    '1e22',
  ],
  ...['9007199254740993', '9223372036854775807', '0.1', '123456789.123456789', '3.0000000000000004', '1e-7', '1\0'],
]
/** What replaces a word of a command at random. No 1: as a time to live it would be over sooner on one server. */
const WRONG_WORDS = [
  ...['', 'nosuch', '0', '-1', 'NX', 'XX', 'GT', 'LT', 'CH', 'INCR', 'GET', 'COUNT', 'LIMIT', 'WITHSCORES', 'FIELDS'],
  ...['EX', 'PX', 'KEEPTTL', 'PERSIST', 'MATCH', 'TYPE', 'STORE', 'LEFT', 'RIGHT', 'BY', 'REV', 'BYSCORE'],
]

export class Draw {
  /** Counts up, for what must grow: IDs of streams. */
  tick = 1
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** mulberry32: a uniform number of 32 bits. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }

  /** @returns 0 to `n` - 1 */
  below(n: number): number {
    return Math.floor((this.next() / 0x100000000) * n)
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  chance(probability: number): boolean {
    return this.next() < probability * 0x100000000
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  /** Small counts are likely, larger ones ever less: 1, 2, 3 ... `most`. */
  few(most = 5): number {
    let n = 1
    while (n < most && this.chance(0.45)) n++
    return n
  }

  times<T>(count: number, make: () => T): T[] {
    return Array.from({ length: count }, make)
  }

  /** The words, with this probability. */
  maybe(probability: number, ...words: string[]): string[] {
    return this.chance(probability) ? words : []
  }

  /** Some of the options, each at most once, in any order. */
  options(...groups: readonly (readonly string[])[]): string[] {
    const order = [...groups]
    for (let i = order.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const other = order[j] as readonly string[]
      order[j] = order[i] as readonly string[]
      order[i] = other
    }
    return order.flat()
  }

  // --- words

  key(kind: KeyKind): string {
    if (this.chance(0.88)) return this.pick(POOLS[kind])
    return this.pick(EVERY_KEY)
  }

  anyKey(): string {
    return this.pick(EVERY_KEY)
  }

  keys(kind: KeyKind, most = 4): string[] {
    return this.times(this.few(most), () => this.key(kind))
  }

  /** A field of a hash, a member of a set: of few, so that they meet; some are whole numbers. */
  member(): string {
    const x = this.below(100)
    if (x < 45) return this.pick(WORDS)
    if (x < 75) return this.pick(NUMBER_WORDS)
    if (x < 80) return this.pick(ODD_NUMBER_WORDS)
    if (x < 95) return `m${this.below(40)}`
    if (x < 97) return ''
    if (x < 99) return 'x'.repeat(this.between(60, 70))
    return 'y'.repeat(this.between(200, 300))
  }

  members(most = 5): string[] {
    return this.times(this.few(most), () => this.member())
  }

  field(): string {
    return this.chance(0.7) ? `f${this.below(12)}` : this.member()
  }

  value(): string {
    const x = this.below(100)
    if (x < 40) return this.member()
    if (x < 70) return String(this.between(-1000, 1000))
    if (x < 85) return `v${this.below(1000)}`
    if (x < 88) return this.pick(HOSTILE_INTEGERS)
    if (x < 91) return this.pick(HOSTILE_FLOATS)
    if (x < 98) return this.pick(WORDS).repeat(this.below(40))
    return this.pick(WORDS).repeat(this.below(1500))
  }

  /** A whole number as text; rarely a hostile one, or none. */
  integer(least: number, most: number): string {
    if (this.chance(0.97)) return String(this.between(least, most))
    return this.pick(this.chance(0.6) ? HOSTILE_INTEGERS : NO_INTEGERS)
  }

  /** As `integer`, for places where a large number costs memory or time: of hostile ones only those that are refused. */
  tameInteger(least: number, most: number): string {
    if (this.chance(0.97)) return String(this.between(least, most))
    return this.pick([...NO_INTEGERS, '9223372036854775808', '-9223372036854775809', '18446744073709551616'])
  }

  float(least = -100, most = 100): string {
    if (this.chance(0.05)) return this.pick(HOSTILE_FLOATS)
    const whole = this.between(least, most)
    if (this.chance(0.6)) return String(whole)
    return this.chance(0.5) ? `${whole}.${this.below(1000)}` : String(whole / 8)
  }

  score(): string {
    if (this.chance(0.5)) return String(this.between(-5, 20))
    return this.float()
  }

  /** An end of a range of scores. */
  scoreBound(): string {
    if (this.chance(0.25)) return this.pick(['-inf', '+inf', 'inf'])
    // Valkey reads an end only up to a zero byte.
    return (this.chance(0.25) ? '(' : '') + this.score().replace('\0', '')
  }

  lexBound(): string {
    if (this.chance(0.3)) return this.pick(['-', '+'])
    if (this.chance(0.03)) return this.pick(['', 'a', '(', '['])
    return this.pick(['[', '(']) + this.member()
  }

  pattern(): string {
    return this.pick([
      '*',
      'f*',
      'm?',
      '[a-c]*',
      '[^a]*',
      '*a*',
      's?',
      'm1*',
      '\\*',
      'foo',
      '',
      '?',
      '[',
      'h[1-3]',
      'z*',
    ])
  }

  /** How long until something expires, in ms or seconds: not in this episode, and hardly ever the same twice. */
  lifetime(): string {
    if (this.chance(0.9)) return String(1_000_000 + this.below(0x7fffffff))
    if (this.chance(0.3)) return this.pick(['0', '-1', '-100'])
    return this.pick(this.chance(0.6) ? HOSTILE_INTEGERS.slice(3) : NO_INTEGERS)
  }

  /** A point in time, from a few far ones and past ones. @param unitMs 1 or 1000 */
  time(unitMs: number): string {
    const x = this.below(100)
    if (x < 80) return String((4_000_000_000_000 + this.below(8) * 1_000_000_000) / unitMs)
    if (x < 88) return this.pick(['1', '1000', '1600000000'])
    return this.pick(this.chance(0.6) ? [...HOSTILE_INTEGERS.slice(7), '0', '-1'] : NO_INTEGERS)
  }

  wrongWord(): string {
    const x = this.below(10)
    if (x < 5) return this.pick(WRONG_WORDS)
    if (x < 7) return this.pick(HOSTILE_INTEGERS)
    return this.pick(x < 8 ? NO_INTEGERS : HOSTILE_FLOATS).replace('\0', 'x')
  }
}
