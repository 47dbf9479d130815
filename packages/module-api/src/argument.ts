/**
 * Arguments of a command, declared once: the parser, the arity, the key positions, `COMMAND DOCS` and the types of the
 * handler's arguments all come from here.
 */

/** What a command does to a key; the two halves are Redis's key-spec flags. */
export const KEY_ACCESSES = ['RO', 'RW', 'OW', 'RM'] as const
export type KeyAccess = (typeof KEY_ACCESSES)[number]

export const KEY_FLAGS = ['access', 'update', 'insert', 'delete', 'not_key', 'incomplete', 'variable_flags'] as const
export type KeyFlag = (typeof KEY_FLAGS)[number]

export const ARGUMENT_TYPES = [
  'string',
  'integer',
  'double',
  'key',
  'pattern',
  'unix-time',
  'pure-token',
  'oneof',
  'block',
] as const
export type ArgumentType = (typeof ARGUMENT_TYPES)[number]

/** One argument as data, in the words of `COMMAND DOCS`. */
export interface ArgumentSpec {
  readonly type: ArgumentType
  /** How the value reaches the handler; undefined: as bytes. */
  readonly form?: 'text' | 'number' | 'bigint'
  readonly token?: string
  readonly optional?: boolean
  /** May be given several times in a row. */
  readonly multiple?: boolean
  /** The token stands before each of several values. */
  readonly multipleToken?: boolean
  /** The value is preceded by a count of how many follow. */
  readonly counted?: boolean
  /** Name of that count in the docs, where it is not `num<name>s`. */
  readonly countName?: string
  /** Smallest count allowed; 1, if absent. */
  readonly countMin?: number
  /** The error reply to such a count, in place of Redis's usual one. */
  readonly countError?: string
  readonly default?: unknown
  readonly min?: number
  readonly max?: number
  readonly error?: string
  readonly rangeError?: string
  readonly access?: KeyAccess
  readonly keyFlags?: readonly KeyFlag[]
  /** Which of the command's key specs tells of this argument, where it is not simply the next one. */
  readonly keySpec?: number
  readonly since?: string
  readonly deprecatedSince?: string
  /** Name in the docs where it differs from the property's. */
  readonly docsName?: string
  readonly display?: string
  readonly arguments?: Readonly<Record<string, ArgumentSpec>>
}

declare const VALUE: unique symbol

/** An argument whose value has type T in the handler. Made by the functions of `arg`. */
export interface Argument<T> extends ArgumentSpec {
  readonly [VALUE]?: T
}

export type ArgumentMap = Readonly<Record<string, Argument<unknown>>>

/** The handler's arguments for a declaration. */
export type ArgumentValues<A extends ArgumentMap> = {
  readonly [K in keyof A]: A[K] extends Argument<infer T> ? T : never
}

/** The one alternative of a `oneOf` that was given. */
export type OneOfValue<A extends ArgumentMap> = {
  [K in keyof A]: { readonly is: K; readonly value: A[K] extends Argument<infer T> ? T : never }
}[keyof A]

interface DocsOptions {
  readonly since?: string
  readonly deprecatedSince?: string
  readonly docsName?: string
  readonly display?: string
}

export interface PatternOptions extends DocsOptions {
  /** For a pattern of keys: which of the command's key specs tells of them. */
  readonly keySpec?: number
}

export interface CountOptions {
  /** Name of the count in the docs, where it is not `num<name>s`. */
  readonly countName?: string
  /** Smallest count allowed; 1, if absent. */
  readonly min?: number
  /** The error reply to a count that is no number or too small, in place of Redis's usual one. */
  readonly error?: string
}

export interface KeyOptions extends DocsOptions {
  /** RO reads, RW changes, OW overwrites, RM removes. */
  readonly access: KeyAccess
  readonly flags?: readonly KeyFlag[]
  /** Which of the command's `keySpecs` tells of this key, where it is not simply the next one. */
  readonly keySpec?: number
}

export interface NumberOptions extends DocsOptions {
  /** Smallest value allowed; others are answered with `ERR value is not an integer or out of range`. */
  readonly min?: number
  readonly max?: number
  /** The error reply to what is no such number, in place of Redis's usual one. */
  readonly error?: string
  /** The error reply to a number below `min` or above `max`; `error`, if absent. */
  readonly rangeError?: string
}

/** Builders of argument declarations. */
export const arg = {
  /** A key's name, as bytes. */
  key(options: KeyOptions): Argument<Uint8Array> {
    const { access, flags, ...docs } = options
    return { type: 'key', access, keyFlags: flags ?? DEFAULT_KEY_FLAGS[access], ...docs }
  },
  /** Any bytes. */
  string(options: DocsOptions = {}): Argument<Uint8Array> {
    return { type: 'string', ...options }
  },
  /** Any bytes, decoded as UTF-8; bytes that are not UTF-8 become U+FFFD. */
  text(options: DocsOptions = {}): Argument<string> {
    return { type: 'string', form: 'text', ...options }
  },
  /** A glob pattern, as bytes. */
  pattern(options: PatternOptions = {}): Argument<Uint8Array> {
    return { type: 'pattern', ...options }
  },
  /** A whole number within ±2^53. */
  integer(options: NumberOptions = {}): Argument<number> {
    return { type: 'integer', form: 'number', ...options }
  },
  /** A whole number of 64 bits. */
  bigint(options: DocsOptions = {}): Argument<bigint> {
    return { type: 'integer', form: 'bigint', ...options }
  },
  /** A floating-point number; never NaN. */
  double(options: NumberOptions = {}): Argument<number> {
    return { type: 'double', form: 'number', ...options }
  },
  /** A point in time, whole seconds or milliseconds since 1970. */
  unixTime(options: NumberOptions = {}): Argument<number> {
    return { type: 'unix-time', form: 'number', ...options }
  },
  /** The token alone: true when given. */
  flag(token: string, options: DocsOptions = {}): Argument<boolean> {
    return { type: 'pure-token', token, optional: true, default: false, ...options }
  },
  /** The token alone, as an alternative of `oneOf`. */
  token(token: string, options: DocsOptions = {}): Argument<true> {
    return { type: 'pure-token', token, ...options }
  },
  /** The token, then the argument. */
  after<T>(token: string, argument: Argument<T>): Argument<T> {
    return { ...argument, token }
  },
  /** May be left out; then the handler gets `fallback`, or undefined. */
  optional: optional as {
    <T>(argument: Argument<T>): Argument<T | undefined>
    <T>(argument: Argument<T>, fallback: T): Argument<T>
  },
  /** One or more in a row. */
  repeated<T>(argument: Argument<T>): Argument<readonly T[]> {
    return { ...(argument as ArgumentSpec), multiple: true }
  },
  /** The token and the argument, one or more times: `GET a GET b`. */
  repeatedAfter<T>(token: string, argument: Argument<T>): Argument<readonly T[]> {
    return { ...(argument as ArgumentSpec), token, multiple: true, multipleToken: true }
  },
  /** A count, then that many. In the docs the count is an argument of its own, `num<name>s`. */
  counted<T>(argument: Argument<T>, options: CountOptions = {}): Argument<readonly T[]> {
    const { countName, min, error } = options
    return {
      ...(argument as ArgumentSpec),
      multiple: true,
      counted: true,
      ...(countName === undefined ? {} : { countName }),
      ...(min === undefined ? {} : { countMin: min }),
      ...(error === undefined ? {} : { countError: error }),
    }
  },
  /** Several arguments that belong together, in this order. */
  block<A extends ArgumentMap>(args: A, options: DocsOptions = {}): Argument<ArgumentValues<A>> {
    return { type: 'block', arguments: args, ...options }
  },
  /** Exactly one of several alternatives, told apart by their tokens (at most the last has none). */
  oneOf<A extends ArgumentMap>(args: A, options: DocsOptions = {}): Argument<OneOfValue<A>> {
    return { type: 'oneof', arguments: args, ...options }
  },
} as const

function optional(argument: ArgumentSpec, fallback?: unknown): ArgumentSpec {
  return { ...argument, optional: true, ...(fallback === undefined ? {} : { default: fallback }) }
}

const DEFAULT_KEY_FLAGS: Readonly<Record<KeyAccess, readonly KeyFlag[]>> = {
  RO: ['access'],
  RW: ['update'],
  OW: ['update'],
  RM: ['delete'],
}
