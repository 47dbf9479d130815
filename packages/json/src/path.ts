/** Compiled paths: what path-parser.ts makes of a text, and path-match.ts follows. */

import type { Pattern } from './pattern.ts'

export interface JsonPath {
  /** As the client wrote it. */
  readonly text: string
  /** As JSONPath: a legacy path with `$` in front. */
  readonly fullText: string
  /** The syntax of RedisJSON 1: commands answer with one value instead of a list. */
  readonly isLegacy: boolean
  readonly segments: readonly Segment[]
  /** Names and indexes only: matches one value at most. */
  readonly isStatic: boolean
}

export interface Segment {
  /** Applies to a value and everything in it: `..` */
  readonly descends: boolean
  readonly selectors: readonly Selector[]
}

export type Selector =
  /** `key` is what lies in nodes: UTF-8 with JSON's escapes, without quotes. */
  | { readonly is: 'name'; readonly name: string; readonly key: Uint8Array }
  | { readonly is: 'index'; readonly index: number }
  | { readonly is: 'wildcard' }
  | {
      readonly is: 'slice'
      readonly start: number | undefined
      readonly end: number | undefined
      readonly step: number
    }
  | { readonly is: 'filter'; readonly test: Test }

/** `@...` or `$...` within a filter. */
export interface Query {
  readonly is: 'query'
  readonly fromRoot: boolean
  readonly segments: readonly Segment[]
}

export const COMPARISONS = ['==', '!=', '<=', '>=', '<', '>', '=~'] as const
export type Comparison = (typeof COMPARISONS)[number]

export type Test =
  | { readonly is: 'or' | 'and'; readonly tests: readonly Test[] }
  | { readonly is: 'not'; readonly test: Test }
  | { readonly is: 'exists'; readonly query: Query }
  | { readonly is: 'compare'; readonly by: Comparison; readonly left: Operand; readonly right: Operand }
  | { readonly is: 'call'; readonly call: Call }

export type Operand = Query | Literal | Call

/** A scalar, as a node. */
export interface Literal {
  readonly is: 'literal'
  readonly node: Uint8Array
  /** Of a string that `=~` takes for a regular expression. */
  readonly pattern?: Pattern | undefined
}

/** A function of RFC 9535: length, count and value give a value, match and search a truth. */
export interface Call {
  readonly is: 'call'
  readonly name: FunctionName
  readonly args: readonly Operand[]
}

export const FUNCTIONS = {
  length: ['value'],
  count: ['nodes'],
  value: ['nodes'],
  match: ['value', 'value'],
  search: ['value', 'value'],
} as const
export type FunctionName = keyof typeof FUNCTIONS

/** Whether a query finds one value at most. */
export function isSingular(segments: readonly Segment[]): boolean {
  return segments.every(
    ({ descends, selectors }) =>
      !descends && selectors.length === 1 && (selectors[0].is === 'name' || selectors[0].is === 'index'),
  )
}
