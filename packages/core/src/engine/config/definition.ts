/** Definitions of configuration parameters, and the functions that the parameter tables are written with. */

import {
  type Bounds,
  booleanKind,
  enumKind,
  flagsKind,
  INT_MAX,
  integerKind,
  LONG_MAX,
  memoryKind,
  memoryOrPercentKind,
  octalKind,
  type ParameterKind,
  textKind,
} from './kind.ts'

declare const INPUT: unique symbol

export interface ParameterOptions<T> {
  /** Other names, such as `slave-priority`; the first name is the one that CONFIG REWRITE writes. */
  readonly aliases?: readonly string[]
  /** Whether Kvasir acts on it. The others are checked, kept and shown, and start-up warns of those that are set. */
  readonly supported?: boolean
  /** Whether Kvasir does what a value asks for, although it does not act on the parameter in general. */
  honours?(value: T): boolean
  /** Only at start-up. */
  readonly immutable?: boolean
  /** CONFIG SET only where enable-protected-configs allows. */
  readonly protected?: boolean
  /** CONFIG GET shows it only by its full name: a parameter for tests and debugging. */
  readonly hidden?: boolean
  /** A secret; never to be logged. */
  readonly sensitive?: boolean
  /** Cannot be set while the dataset is being loaded. */
  readonly denyLoading?: boolean
  /** What only this parameter wants of its values. @returns the reason of a refusal */
  check?(value: T): string | undefined
  /** Moves a value that is allowed but makes no sense to one that does. */
  adjust?(value: T): T
}

/** @typeParam I what a configuration in JavaScript may give */
export interface ParameterDefinition<T = unknown, I = unknown> extends ParameterOptions<T> {
  readonly kind: ParameterKind<T>
  readonly default: T
  readonly [INPUT]?: I
}

/** What a parameter's value is in the engine. */
export type ValueOf<D> = D extends ParameterDefinition<infer T, infer _I> ? T : never
/** What `defineConfig` takes for a parameter. */
export type InputOf<D> = D extends { readonly [INPUT]?: infer I } ? Exclude<I, undefined> : never

/** `'64mb'` and the like. */
export type MemoryText = `${number}` | `${number}${'b' | 'k' | 'kb' | 'm' | 'mb' | 'g' | 'gb' | 'MB' | 'GB' | 'KB'}`

export function boolean(
  initial: boolean,
  options: ParameterOptions<boolean> = {},
): ParameterDefinition<boolean, boolean> {
  return { kind: booleanKind, default: initial, ...options }
}

type Range = readonly [min: number | bigint, max: number | bigint]

/** @param range both ends allowed */
export function integer(
  initial: number,
  range: Range,
  options: ParameterOptions<number> = {},
): ParameterDefinition<number, number> {
  return { kind: integerKind(boundsOf(range)), default: initial, ...options }
}

/** A number of bytes. */
export function memory(
  initial: number,
  range: Range,
  options: ParameterOptions<number> = {},
): ParameterDefinition<number, number | MemoryText> {
  return { kind: memoryKind(boundsOf(range)), default: initial, ...options }
}

/** A number of bytes, or a percentage as a negative number. */
export function memoryOrPercent(
  initial: number,
  options: ParameterOptions<number> = {},
): ParameterDefinition<number, number | MemoryText | `${number}%`> {
  return { kind: memoryOrPercentKind, default: initial, ...options }
}

export function octal(
  initial: number,
  max: number,
  options: ParameterOptions<number> = {},
): ParameterDefinition<number, `${number}`> {
  return { kind: octalKind({ min: 0, max }), default: initial, ...options }
}

/** Bytes as text; an empty one is a value like any other. */
export function text(initial: string, options: ParameterOptions<string> = {}): ParameterDefinition<string, string> {
  return { kind: textKind(false), default: initial, ...options }
}

/** Bytes as text, where an empty one means that there is none. */
export function optionalText(options: ParameterOptions<string> = {}): ParameterDefinition<string, string> {
  return { kind: textKind(true), default: '', ...options }
}

/** One of several words. */
export function choice<const V extends string>(
  values: readonly V[],
  initial: NoInfer<V>,
  options: ParameterOptions<V> = {},
): ParameterDefinition<V, V> {
  return { kind: enumKind(values), default: initial, ...options }
}

/** Any of several words. @param none the word for none of them, which is the default */
export function choices<const V extends string>(
  none: string,
  values: readonly V[],
  options: ParameterOptions<readonly V[]> = {},
): ParameterDefinition<readonly V[], V | readonly V[]> {
  return { kind: flagsKind(none, values), default: [], ...options }
}

/** A kind of its own. @typeParam I what a configuration in JavaScript may give: words, or lists and objects of words */
export function special<T, I>(
  kind: ParameterKind<T>,
  initial: T,
  options: ParameterOptions<T> = {},
): ParameterDefinition<T, I> {
  return { kind, default: initial, ...options }
}

const boundsOf = ([min, max]: Range): Bounds => ({ min, max })

// Ranges that many parameters have.
export const INT_COUNT: Range = [0, INT_MAX]
export const LONG_COUNT: Range = [0, LONG_MAX]
export const PORT: Range = [0, 65_535]
