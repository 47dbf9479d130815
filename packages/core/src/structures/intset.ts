/**
 * Intset: distinct whole numbers of 64 bits in ascending order in one run of bytes, Redis's own format, so that DUMP,
 * RDB and RESTORE are plain copies.
 *
 *     offset    size         meaning
 *     0         4            width of a number, bytes: 2, 4 or 8
 *     4         4            numbers
 *     8         width each   the numbers, ascending
 *
 * Everything is little-endian. All numbers have the width that the widest of them needed when it came; it never
 * shrinks.
 *
 * A number on its way in or out is a pair of 32-bit halves (`number`), because a double holds no more than 53 bits;
 * nothing is allocated. Functions write into buffers that their callers made long enough. Search is O(log n).
 */

import { writeInteger } from '@kvasir/protocol'
import { parseInt64, parseSafeInteger } from './decimal.ts'

export const INTSET_HEADER_BYTES = 8
export const INTSET_WIDTH_MAX = 8
const NUMBER_TEXT_BYTES_MAX = 20
const TWO_32 = 2 ** 32

// --- numbers

/** What `parseNumber` read: the upper half signed, the lower one as 32 bits. */
const number = { high: 0, low: 0 }

/** What `readNumber` found, in decimal. Valid until the next one is read. */
export const numberText: { readonly buf: Uint8Array; length: number } = {
  buf: new Uint8Array(NUMBER_TEXT_BYTES_MAX),
  length: 0,
}

/** Reads the number that the other functions work with. @returns whether the bytes are the canonical text of one */
export function parseNumber(buf: Uint8Array, start: number, length: number): boolean {
  const c = buf[start]
  if (length === 0 || length > NUMBER_TEXT_BYTES_MAX || c > 57 || (c < 48 && c !== 45)) return false
  const value = parseSafeInteger(buf, start, length)
  if (!Number.isNaN(value)) {
    number.high = Math.floor(value / TWO_32)
    number.low = value | 0
    return true
  }
  if (length < 16) return false
  const big = parseInt64(buf, start, length)
  if (big === undefined) return false
  number.high = Number(big >> 32n)
  number.low = Number(BigInt.asIntN(32, big))
  return true
}

/** Bytes that the number takes: 2, 4 or 8. */
export function numberWidth(): number {
  const { high, low } = number
  if (high !== low >> 31) return 8
  return low === (low << 16) >> 16 ? 2 : 4
}

function writeText(high: number, low: number): void {
  const { buf } = numberText
  if (high >= -0x200000 && high < 0x200000) {
    const value = high * TWO_32 + (low >>> 0)
    if (Number.isSafeInteger(value)) {
      numberText.length = writeInteger(buf, 0, value)
      return
    }
  }
  const text = ((BigInt(high) << 32n) | BigInt(low >>> 0)).toString()
  for (let i = 0; i < text.length; i++) buf[i] = text.charCodeAt(i)
  numberText.length = text.length
}

// --- header

export function intsetWidth(buf: Uint8Array, start: number): number {
  return buf[start]
}

export function intsetCount(buf: Uint8Array, start: number): number {
  return word(buf, start + 4) >>> 0
}

export function setIntsetHeader(buf: Uint8Array, start: number, width: number, count: number): void {
  putWord(buf, start, width)
  putWord(buf, start + 4, count)
}

/** Bytes of an intset of so many numbers. */
export function intsetBytes(width: number, count: number): number {
  return INTSET_HEADER_BYTES + width * count
}

// --- elements

function lowAt(buf: Uint8Array, at: number, width: number): number {
  return width === 2 ? ((buf[at] | (buf[at + 1] << 8)) << 16) >> 16 : word(buf, at)
}

function highAt(buf: Uint8Array, at: number, width: number, low: number): number {
  return width === 8 ? word(buf, at + 4) : low >> 31
}

/** Lets `numberText` be the number with this index. */
export function readNumber(buf: Uint8Array, start: number, index: number): void {
  const width = intsetWidth(buf, start)
  const at = start + INTSET_HEADER_BYTES + index * width
  const low = lowAt(buf, at, width)
  writeText(highAt(buf, at, width, low), low)
}

/** Most bytes that one of the numbers takes as text; 0 when there is none. */
export function widestNumber(buf: Uint8Array, start: number): number {
  const count = intsetCount(buf, start)
  if (count === 0) return 0
  readNumber(buf, start, 0)
  const { length } = numberText
  readNumber(buf, start, count - 1)
  return Math.max(length, numberText.length)
}

/** Index of the parsed number; when it is not there, `-1 - index` of where it belongs. */
export function findNumber(buf: Uint8Array, start: number): number {
  const width = intsetWidth(buf, start)
  const { high, low } = number
  let from = 0
  let to = intsetCount(buf, start)
  while (from < to) {
    const middle = (from + to) >>> 1
    const at = start + INTSET_HEADER_BYTES + middle * width
    const otherLow = lowAt(buf, at, width)
    const otherHigh = highAt(buf, at, width, otherLow)
    if (otherHigh === high && otherLow === low) return middle
    const isLess = otherHigh === high ? otherLow >>> 0 < low >>> 0 : otherHigh < high
    if (isLess) from = middle + 1
    else to = middle
  }
  return -1 - from
}

/** Writes the parsed number as the one with this index. */
export function writeNumber(buf: Uint8Array, start: number, index: number): void {
  const width = intsetWidth(buf, start)
  put(buf, start + INTSET_HEADER_BYTES + index * width, width, number.high, number.low)
}

/** Gives all numbers more room. The buffer holds `intsetBytes(width, count)` from `start`. */
export function widenIntset(buf: Uint8Array, start: number, width: number): void {
  const old = intsetWidth(buf, start)
  const first = start + INTSET_HEADER_BYTES
  for (let i = intsetCount(buf, start) - 1; i >= 0; i--) {
    const low = lowAt(buf, first + i * old, old)
    put(buf, first + i * width, width, highAt(buf, first + i * old, old, low), low)
  }
  putWord(buf, start, width)
}

function put(buf: Uint8Array, at: number, width: number, high: number, low: number): void {
  if (width === 2) {
    buf[at] = low
    buf[at + 1] = low >> 8
    return
  }
  putWord(buf, at, low)
  if (width === 8) putWord(buf, at + 4, high)
}

function word(buf: Uint8Array, at: number): number {
  return buf[at] | (buf[at + 1] << 8) | (buf[at + 2] << 16) | (buf[at + 3] << 24)
}

function putWord(buf: Uint8Array, at: number, value: number): void {
  buf[at] = value
  buf[at + 1] = value >> 8
  buf[at + 2] = value >> 16
  buf[at + 3] = value >> 24
}

// --- whole intsets

/** Numbers that are to become an intset, in any order, no two the same. Work on the way to a value may allocate. */
export class IntsetNumbers {
  readonly #values: bigint[] = []

  /** Adds the parsed number. */
  add(): void {
    this.#values.push((BigInt(number.high) << 32n) | BigInt(number.low >>> 0))
  }

  build(): Uint8Array {
    const values = BigInt64Array.from(this.#values).sort()
    let width = 2
    for (const value of values) {
      setNumber(value)
      width = Math.max(width, numberWidth())
    }
    const bytes = new Uint8Array(intsetBytes(width, values.length))
    setIntsetHeader(bytes, 0, width, values.length)
    for (let i = 0; i < values.length; i++) {
      setNumber(values[i])
      writeNumber(bytes, 0, i)
    }
    return bytes
  }
}

function setNumber(value: bigint): void {
  number.high = Number(value >> 32n)
  number.low = Number(BigInt.asIntN(32, value))
}

/** Whether bytes from outside are an intset of exactly this length, its numbers ascending. */
export function isIntset(buf: Uint8Array, start: number, length: number): boolean {
  if (length < INTSET_HEADER_BYTES) return false
  const width = word(buf, start)
  if (width !== 2 && width !== 4 && width !== 8) return false
  const count = intsetCount(buf, start)
  if (intsetBytes(width, count) !== length) return false
  let lastHigh = 0
  let lastLow = 0
  for (let i = 0; i < count; i++) {
    const at = start + INTSET_HEADER_BYTES + i * width
    const low = lowAt(buf, at, width)
    const high = highAt(buf, at, width, low)
    if (i > 0 && (high === lastHigh ? low >>> 0 <= lastLow >>> 0 : high < lastHigh)) return false
    lastHigh = high
    lastLow = low
  }
  return true
}
