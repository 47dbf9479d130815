/**
 * Kinds of configuration parameters: how words become a value, and how a value is shown by CONFIG GET and written by
 * CONFIG REWRITE. Here are the plain kinds; those that belong to one parameter are in special-kinds.ts.
 *
 * Text has one character per byte. A number beyond 2^53 has an inexact `value`, but its `text` is exact.
 * Source: error texts, bounds and forms as observed on Valkey 9.1.
 */

import { quoteWord } from './line.ts'

/** A parameter's value, and the text that CONFIG GET answers with. */
export interface Setting<T> {
  readonly value: T
  readonly text: string
}

/** One line of a rewritten file, behind the parameter's name. */
export interface RewrittenLine {
  readonly words: string
  /** Written even when the file has no line of this parameter that it could replace. */
  readonly force: boolean
}

export interface ParameterKind<T> {
  readonly name: KindName
  /** Takes any number of words; given as one, that one is split at spaces. */
  readonly isList?: boolean
  /**
   * @param before the present value, to which some kinds add
   * @param again whether this start-up has set the parameter before
   * @returns the reason of a refusal, as text
   */
  parse(words: readonly string[], before: T, again: boolean): Setting<T> | string
  text(value: T): string
  /** Lines for CONFIG REWRITE; without any, those in the file go. Left out: one line with the text. */
  rewrite?(setting: Setting<T>, initial: T): readonly RewrittenLine[]
}

export type KindName =
  | 'boolean'
  | 'integer'
  | 'memory'
  | 'memory-or-percent'
  | 'octal'
  | 'text'
  | 'enum'
  | 'flags'
  | 'list'

export const WRONG_WORD_COUNT = 'wrong number of arguments'

// Bounds of C's types, which the peers' error texts show.
export const INT_MIN = -2_147_483_648
export const INT_MAX = 2_147_483_647
export const UINT_MAX = 4_294_967_295
export const LONG_MIN = -(2n ** 63n)
export const LONG_MAX = 2n ** 63n - 1n
export const ULONG_MAX = 2n ** 64n - 1n

export interface Bounds {
  readonly min: number | bigint
  readonly max: number | bigint
}

function outside(value: bigint, { min, max }: Bounds): string | undefined {
  if (value >= min && value <= max) return undefined
  return `argument must be between ${min} and ${max} inclusive`
}

// --- boolean ---------------------------------------------------------------------------------------------------------

export const booleanKind: ParameterKind<boolean> = {
  name: 'boolean',
  parse([word]) {
    const lower = (word as string).toLowerCase()
    if (lower === 'yes') return { value: true, text: 'yes' }
    if (lower === 'no') return { value: false, text: 'no' }
    return "argument must be 'yes' or 'no'"
  },
  text: (value) => (value ? 'yes' : 'no'),
}

// --- integer ---------------------------------------------------------------------------------------------------------

const INTEGER = /^(0|-?[1-9][0-9]{0,18})$/

/** A whole number of 64 bits in its one canonical form: no plus, no leading zeros. */
export function parseInteger(word: string): bigint | undefined {
  if (!INTEGER.test(word)) return undefined
  const value = BigInt(word)
  return value >= LONG_MIN && value <= LONG_MAX ? value : undefined
}

export function integerKind(bounds: Bounds): ParameterKind<number> {
  return {
    name: 'integer',
    parse([word]) {
      const value = parseInteger(word as string)
      if (value === undefined) return "argument couldn't be parsed into an integer"
      return outside(value, bounds) ?? { value: Number(value), text: String(value) }
    },
    text: String,
  }
}

// --- memory ----------------------------------------------------------------------------------------------------------

const MEMORY = /^([0-9]*)(|b|k|kb|m|mb|g|gb)$/i
const MEMORY_LENGTH_MAX = 127
const UNITS: Readonly<Record<string, bigint>> = {
  '': 1n,
  b: 1n,
  k: 1000n,
  kb: 1024n,
  m: 1000n ** 2n,
  mb: 1024n ** 2n,
  g: 1000n ** 3n,
  gb: 1024n ** 3n,
}

/**
 * `64mb` as bytes, at most 2^64 - 1; no digits count as 0. Valkey lets the product of number and unit wrap around
 * there; here it is refused.
 */
export function parseMemory(word: string): bigint | undefined {
  const match = MEMORY.exec(word)
  if (match === null || (match[1] as string).length > MEMORY_LENGTH_MAX) return undefined
  const bytes = BigInt(match[1] as string) * (UNITS[(match[2] as string).toLowerCase()] as bigint)
  return bytes <= ULONG_MAX ? bytes : undefined
}

/** Bytes in the largest unit that divides them: `64mb`. */
export function memoryText(text: string): string {
  const bytes = BigInt(text)
  for (const unit of ['gb', 'mb', 'kb']) {
    const size = UNITS[unit] as bigint
    if (bytes !== 0n && bytes % size === 0n) return `${bytes / size}${unit}`
  }
  return text
}

/** Bytes. Where the bounds allow negative numbers, these are given without a unit. */
export function memoryKind(bounds: Bounds): ParameterKind<number> {
  return {
    name: 'memory',
    parse([word]) {
      const value = (bounds.min < 0 ? parseInteger(word as string) : undefined) ?? parseMemory(word as string)
      if (value === undefined) return 'argument must be a memory value'
      return outside(value, bounds) ?? { value: Number(value), text: String(value) }
    },
    text: String,
    rewrite: ({ text }, initial) => [{ words: memoryText(text), force: text !== String(initial) }],
  }
}

/** Bytes, or a share of another parameter as a negative number: -5 for `5%`. */
export const memoryOrPercentKind: ParameterKind<number> = {
  name: 'memory-or-percent',
  parse([word]) {
    const wrong = 'argument must be a memory or percent value'
    if ((word as string).endsWith('%')) {
      const percent = parseInteger((word as string).slice(0, -1))
      if (percent === undefined || percent < 0n) return wrong
      if (percent > 100n) return 'percentage argument must be less or equal to 100'
      const value = percent === 0n ? 0 : -Number(percent)
      return { value, text: this.text(value) }
    }
    const bytes = parseMemory(word as string)
    if (bytes === undefined) return wrong
    // Valkey takes 2^63 and more for negative, and so for a share.
    if (bytes > LONG_MAX) return 'percentage argument must be less or equal to 100'
    return { value: Number(bytes), text: String(bytes) }
  },
  text: (value) => (value < 0 ? `${-value}%` : String(value)),
  rewrite({ value, text }, initial) {
    return [{ words: value < 0 ? text : memoryText(text), force: text !== this.text(initial) }]
  },
}

// --- octal -----------------------------------------------------------------------------------------------------------

const OCTAL = /^ *[+-]?[0-7]*$/

/** Permissions of a file, as chmod takes them. */
export function octalKind(bounds: { readonly min: number; readonly max: number }): ParameterKind<number> {
  return {
    name: 'octal',
    parse([word]) {
      if (!OCTAL.test(word as string)) return "argument couldn't be parsed as an octal number"
      const value = Number.parseInt(word as string, 8) || 0
      if (value < bounds.min || value > bounds.max) {
        return `argument must be between ${bounds.min.toString(8)} and ${bounds.max.toString(8)} inclusive`
      }
      return { value, text: value.toString(8) }
    },
    text: (value) => value.toString(8),
  }
}

// --- text ------------------------------------------------------------------------------------------------------------

/** Any bytes, one character each. @param emptyIsNone whether an empty text means none, so that its line is left out */
export function textKind(emptyIsNone: boolean): ParameterKind<string> {
  return {
    name: 'text',
    parse: ([word]) => ({ value: word as string, text: word as string }),
    text: (value) => value,
    rewrite({ text }, initial) {
      if (emptyIsNone && text === '') return []
      return [{ words: quoteWord(text), force: text !== initial }]
    },
  }
}

// --- enum and flags --------------------------------------------------------------------------------------------------

/** One of several words, in any case; shown as they are spelt here. */
export function enumKind<const V extends string>(values: readonly V[]): ParameterKind<V> {
  return {
    name: 'enum',
    parse([word]) {
      const value = values.find((candidate) => equalsFolded(candidate, word as string))
      return value === undefined ? oneOf(values) : { value, text: value }
    },
    text: (value) => value,
  }
}

/** Any of several words; `none` stands for an empty set. The value has the words in the order of `values`. */
export function flagsKind<const V extends string>(none: string, values: readonly V[]): ParameterKind<readonly V[]> {
  const wrong = oneOf([none, ...values])
  return {
    name: 'flags',
    isList: true,
    parse(words) {
      if (words.length === 0) return wrong
      const given = new Set<V>()
      for (const word of words) {
        const value = values.find((candidate) => equalsFolded(candidate, word))
        if (value !== undefined) given.add(value)
        else if (!equalsFolded(none, word)) return wrong
      }
      const value = values.filter((candidate) => given.has(candidate))
      return { value, text: this.text(value) }
    },
    text: (value) => (value.length === 0 ? none : value.join(' ')),
  }
}

const oneOf = (values: readonly string[]): string => `argument(s) must be one of the following: ${values.join(', ')}`

const equalsFolded = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
