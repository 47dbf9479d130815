/**
 * Ranges of a sorted set, by rank, score or bytes: read from arguments before the key is looked up, then resolved to
 * ranks.
 */

import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import type { ZsetValue } from '../../keyspace/zset-value.ts'
import { parseDecimal } from '../../structures/double.ts'

export const BY_RANK = 0
export const BY_SCORE = 1
export const BY_LEX = 2
export type RangeKind = typeof BY_RANK | typeof BY_SCORE | typeof BY_LEX

const PAREN = 40
const BRACKET = 91
const PLUS = 43
const MINUS = 45

/** Where a range begins or ends: how many members of a sorted set are before it. */
type Bound = (zset: ZsetValue) => number

export interface Range {
  readonly kind: RangeKind
  /** Where it begins and ends, lowest first. */
  readonly from: Bound
  readonly to: Bound
  readonly isReverse: boolean
  readonly offset: number
  /** Negative for all. */
  readonly count: number
}

/** The members that a range has in a sorted set: `count` of them from `rank` on, upwards or downwards. */
export interface Ranks {
  readonly rank: number
  readonly count: number
}

/**
 * Reads the two bounds at `index` and behind it. For a reverse range by score or bytes the higher one is the first.
 * @returns undefined after the error
 */
export function readRange(
  call: Call,
  index: number,
  kind: RangeKind,
  isReverse: boolean,
  offset = 0,
  count = -1,
): Range | undefined {
  if (kind === BY_RANK) return readRankRange(call, index, isReverse)
  const lowIndex = isReverse ? index + 1 : index
  const highIndex = isReverse ? index : index + 1
  const read = kind === BY_SCORE ? scoreBound : lexBound
  const from = read(call, lowIndex, false)
  const to = from === undefined ? undefined : read(call, highIndex, true)
  if (from === undefined || to === undefined) {
    return call.refuse(
      kind === BY_SCORE ? 'ERR min or max is not a float' : 'ERR min or max not valid string range item',
    )
  }
  return { kind, from, to, isReverse, offset, count }
}

function readRankRange(call: Call, index: number, isReverse: boolean): Range | undefined {
  const start = rankArgument(call, index)
  const stop = rankArgument(call, index + 1)
  if (Number.isNaN(start) || Number.isNaN(stop)) return call.refuse(ERRORS.notInteger)
  const first = (size: number): number => Math.max(0, start < 0 ? size + start : start)
  const behind = (size: number): number => Math.min(size, (stop < 0 ? size + stop : stop) + 1)
  return {
    kind: BY_RANK,
    from: ({ size }) => (isReverse ? size - behind(size) : first(size)),
    to: ({ size }) => (isReverse ? size - first(size) : behind(size)),
    isReverse,
    offset: 0,
    count: -1,
  }
}

/** A whole number of 64 bits; beyond 2^53 the nearest double, which is as far off any end. */
export function rankArgument(call: Call, index: number): number {
  const small = call.argInteger(index)
  if (!Number.isNaN(small)) return small
  const value = call.argInt64(index)
  return value === undefined ? Number.NaN : Number(value)
}

/** `1.5`, `(1.5`, `-inf`. What is behind a zero byte counts for nothing, as in Valkey. */
function scoreBound(call: Call, index: number, isEnd: boolean): Bound | undefined {
  const start = call.starts[index]
  const length = call.lengths[index]
  const isOpen = length > 0 && call.buf[start] === PAREN
  const skip = isOpen ? 1 : 0
  const score = boundNumber(call.buf, start + skip, length - skip)
  if (Number.isNaN(score)) return undefined
  if (isEnd && !isOpen && score === Infinity) return ({ size }) => size
  return (zset) => zset.rankOfScore(score, isEnd !== isOpen)
}

/** As in Redis nothing is zero. @returns NaN for what is no number */
function boundNumber(buf: Uint8Array, start: number, length: number): number {
  if (length === 0) return 0
  const number = parseDecimal(buf, start, length)
  if (!Number.isNaN(number)) return number
  const zero = buf.subarray(start, start + length).indexOf(0)
  return zero < 0 ? Number.NaN : boundNumber(buf, start, zero)
}

/** `-`, `+`, `[bytes`, `(bytes`. */
function lexBound(call: Call, index: number, isEnd: boolean): Bound | undefined {
  const start = call.starts[index]
  const length = call.lengths[index]
  const first = length === 0 ? 0 : call.buf[start]
  // As in Valkey the word ends at a zero byte.
  const isAlone = length === 1 || (length > 1 && call.buf[start + 1] === 0)
  if (isAlone && first === MINUS) return () => 0
  if (isAlone && first === PLUS) return ({ size }) => size
  if (first !== PAREN && first !== BRACKET) return undefined
  const bytes = call.buf.slice(start + 1, start + length)
  return (zset) => zset.rankOfLex(bytes, isEnd !== (first === PAREN))
}

/** What a range is in a sorted set now. */
export function ranksOf(range: Range, zset: ZsetValue): Ranks {
  const low = range.from(zset)
  const high = range.to(zset)
  const { isReverse, offset, count } = range
  let length = Math.max(0, high - low)
  // As in Redis, of which only the skip list counts negative offsets, and from the end.
  const skipped = offset < 0 && !zset.isNominallyPacked ? length + offset : offset
  if (skipped < 0 || skipped >= length) return { rank: 0, count: 0 }
  length -= skipped
  if (count >= 0) length = Math.min(length, count)
  return { rank: isReverse ? high - 1 - skipped : low + skipped, count: length }
}
