/**
 * Stream IDs: `ms-seq`, two unsigned 64-bit numbers. Each is kept as two 32-bit halves: exact up to 2^64 - 1, and
 * compared without an object.
 */

import { writeInteger } from '@kvasir/protocol'

const TWO_32 = 2 ** 32
const HALF_MAX = TWO_32 - 1
/** A number whose high half is below this fits into a double. */
const SAFE_HIGH = 2 ** 21
const DASH = 45
const PLUS = 43
const SIGN = 1 << 31
const TWO_63 = 2 ** 63
/** As many as Redis reads. */
const TEXT_BYTES_MAX = 127

export interface StreamId {
  readonly msHigh: number
  readonly msLow: number
  readonly seqHigh: number
  readonly seqLow: number
}

export const MIN_ID: StreamId = { msHigh: 0, msLow: 0, seqHigh: 0, seqLow: 0 }
export const MAX_ID: StreamId = { msHigh: HALF_MAX, msLow: HALF_MAX, seqHigh: HALF_MAX, seqLow: HALF_MAX }

/** An ID with whole numbers up to 2^53. */
export function idOf(ms: number, seq: number): StreamId {
  return {
    msHigh: Math.floor(ms / TWO_32),
    msLow: ms % TWO_32,
    seqHigh: Math.floor(seq / TWO_32),
    seqLow: seq % TWO_32,
  }
}

/** Milliseconds, to the nearest double. */
export function msOf(id: StreamId): number {
  return id.msHigh * TWO_32 + id.msLow
}

/** @returns negative, 0 or positive */
export function compareIds(a: StreamId, b: StreamId): number {
  return a.msHigh - b.msHigh || a.msLow - b.msLow || a.seqHigh - b.seqHigh || a.seqLow - b.seqLow
}

export function isZeroId(id: StreamId): boolean {
  return compareIds(id, MIN_ID) === 0
}

/** The next ID, or undefined behind the last one. */
export function nextId(id: StreamId): StreamId | undefined {
  const { msHigh, msLow, seqHigh, seqLow } = id
  if (seqLow < HALF_MAX) return { msHigh, msLow, seqHigh, seqLow: seqLow + 1 }
  if (seqHigh < HALF_MAX) return { msHigh, msLow, seqHigh: seqHigh + 1, seqLow: 0 }
  if (msLow < HALF_MAX) return { msHigh, msLow: msLow + 1, seqHigh: 0, seqLow: 0 }
  return msHigh < HALF_MAX ? { msHigh: msHigh + 1, msLow: 0, seqHigh: 0, seqLow: 0 } : undefined
}

/** The ID before, or undefined before the first one. */
export function previousId(id: StreamId): StreamId | undefined {
  const { msHigh, msLow, seqHigh, seqLow } = id
  if (seqLow > 0) return { msHigh, msLow, seqHigh, seqLow: seqLow - 1 }
  if (seqHigh > 0) return { msHigh, msLow, seqHigh: seqHigh - 1, seqLow: HALF_MAX }
  if (msLow > 0) return { msHigh, msLow: msLow - 1, seqHigh: HALF_MAX, seqLow: HALF_MAX }
  return msHigh > 0 ? { msHigh: msHigh - 1, msLow: HALF_MAX, seqHigh: HALF_MAX, seqLow: HALF_MAX } : undefined
}

/** The first ID behind this one in its millisecond, or undefined when that has no more. */
export function nextInMs(id: StreamId): StreamId | undefined {
  const next = nextId(id)
  return next !== undefined && next.msLow === id.msLow && next.msHigh === id.msHigh ? next : undefined
}

// --- text

/** A 64-bit number as decimal text. */
export function uint64Text(high: number, low: number): string {
  if (high < SAFE_HIGH) return String(high * TWO_32 + low)
  return String((BigInt(high) << 32n) | BigInt(low))
}

export function idText(id: StreamId): string {
  return `${uint64Text(id.msHigh, id.msLow)}-${uint64Text(id.seqHigh, id.seqLow)}`
}

/** Longest text of an ID. */
export const ID_TEXT_BYTES_MAX = 41

/** Writes what `idText` says, at most ID_TEXT_BYTES_MAX, without a string in between. @returns how many bytes */
export function writeIdText(buf: Uint8Array, at: number, id: StreamId): number {
  const dash = writeUint64(buf, at, id.msHigh, id.msLow)
  buf[dash] = DASH
  return writeUint64(buf, dash + 1, id.seqHigh, id.seqLow) - at
}

/** @returns the position behind the number */
function writeUint64(buf: Uint8Array, at: number, high: number, low: number): number {
  if (high < SAFE_HIGH) return writeInteger(buf, at, high * TWO_32 + low)
  const text = uint64Text(high, low)
  for (let i = 0; i < text.length; i++) buf[at + i] = text.charCodeAt(i)
  return at + text.length
}

/** What `parseUint64` read. */
let parsedHigh = 0
let parsedLow = 0

/** Reads digits, zeros in front included. @returns false for anything that is no unsigned 64-bit number */
function parseUint64(buf: Uint8Array, start: number, end: number): boolean {
  if (start >= end) return false
  let high = 0
  let low = 0
  for (let i = start; i < end; i++) {
    const digit = buf[i] - 48
    if (digit < 0 || digit > 9) return i === start && parseSigned(buf, start, end)
    low = low * 10 + digit
    high = high * 10 + Math.floor(low / TWO_32)
    low %= TWO_32
    if (high > HALF_MAX) return false
  }
  parsedHigh = high
  parsedLow = low
  return true
}

/**
 * What C's `strtoull` takes besides digits, and Redis with it: blanks and a sign ahead of them. A minus counts down
 * from 2^64, but Redis refuses what is plainly a negative number of 64 bits.
 */
function parseSigned(buf: Uint8Array, start: number, end: number): boolean {
  let i = start
  while (i < end && (buf[i] === 32 || (buf[i] >= 9 && buf[i] <= 13))) i++
  const hasBlanks = i > start
  const isNegative = buf[i] === DASH
  if (isNegative || buf[i] === PLUS) i++
  const isDigit = buf[i] >= 48 && buf[i] <= 57
  if (i >= end || !isDigit || !parseUint64(buf, i, end)) return false
  if (!isNegative) return true
  const value = (BigInt(parsedHigh) << 32n) | BigInt(parsedLow)
  if (!hasBlanks && buf[i] !== 48 && value <= TWO_63) return false
  parsedHigh = Number(BigInt.asUintN(32, -value >> 32n))
  parsedLow = Number(BigInt.asUintN(32, -value))
  return true
}

export interface ParsedId {
  readonly id: StreamId
  /** Whether a sequence number was given, and not just milliseconds. */
  readonly hasSeq: boolean
  /** `ms-*`: the sequence number is to be chosen. */
  readonly isAuto: boolean
}

/**
 * Reads `ms-seq`, `ms` or `ms-*`.
 * @param missingSeq the sequence number of an ID without one: 0, or the largest
 */
export function parseId(
  buf: Uint8Array,
  start: number,
  length: number,
  missingSeq: 'first' | 'last',
): ParsedId | undefined {
  if (length > TEXT_BYTES_MAX) return undefined
  const end = endOfText(buf, start, length)
  let dash = start
  while (dash < end && buf[dash] !== DASH) dash++
  if (!parseUint64(buf, start, dash)) return undefined
  const msHigh = parsedHigh
  const msLow = parsedLow
  const missing = missingSeq === 'first' ? 0 : HALF_MAX
  if (dash === end) return { id: { msHigh, msLow, seqHigh: missing, seqLow: missing }, hasSeq: false, isAuto: false }
  if (dash + 2 === end && buf[dash + 1] === 42) {
    return { id: { msHigh, msLow, seqHigh: 0, seqLow: 0 }, hasSeq: false, isAuto: true }
  }
  if (!parseUint64(buf, dash + 1, end)) return undefined
  return { id: { msHigh, msLow, seqHigh: parsedHigh, seqLow: parsedLow }, hasSeq: true, isAuto: false }
}

/** Redis reads IDs as C's strings, up to a zero byte. */
function endOfText(buf: Uint8Array, start: number, length: number): number {
  let i = start
  while (i < start + length && buf[i] !== 0) i++
  return i
}

// --- bytes and differences

export const ID_BYTES = 16

/** Writes an ID as two big-endian numbers, so that the order of the bytes is that of the IDs. */
export function writeIdBytes(buf: Uint8Array, at: number, id: StreamId): void {
  writeHalf(buf, at, id.msHigh)
  writeHalf(buf, at + 4, id.msLow)
  writeHalf(buf, at + 8, id.seqHigh)
  writeHalf(buf, at + 12, id.seqLow)
}

export function readIdBytes(buf: Uint8Array, at: number): StreamId {
  return {
    msHigh: readHalf(buf, at),
    msLow: readHalf(buf, at + 4),
    seqHigh: readHalf(buf, at + 8),
    seqLow: readHalf(buf, at + 12),
  }
}

/** An ID as four words whose order, as signed numbers, is its own: for comparing one ID with many in bytes. */
export function setIdWords(words: Int32Array, id: StreamId): void {
  words[0] = id.msHigh ^ SIGN
  words[1] = id.msLow ^ SIGN
  words[2] = id.seqHigh ^ SIGN
  words[3] = id.seqLow ^ SIGN
}

export const ID_WORDS = 4

/** Whether the ID in these bytes is below the one in `words`. */
export function isIdBytesBelow(buf: Uint8Array, at: number, words: Int32Array): boolean {
  let word = signedHalf(buf, at)
  if (word !== words[0]) return word < words[0]
  word = signedHalf(buf, at + 4)
  if (word !== words[1]) return word < words[1]
  word = signedHalf(buf, at + 8)
  if (word !== words[2]) return word < words[2]
  return signedHalf(buf, at + 12) < words[3]
}

function signedHalf(buf: Uint8Array, at: number): number {
  return ((buf[at] << 24) | (buf[at + 1] << 16) | (buf[at + 2] << 8) | buf[at + 3]) ^ SIGN
}

function writeHalf(buf: Uint8Array, at: number, value: number): void {
  buf[at] = value >>> 24
  buf[at + 1] = value >>> 16
  buf[at + 2] = value >>> 8
  buf[at + 3] = value
}

function readHalf(buf: Uint8Array, at: number): number {
  return ((buf[at] << 24) | (buf[at + 1] << 16) | (buf[at + 2] << 8) | buf[at + 3]) >>> 0
}

/** How far one 64-bit number is above another, as a signed one: a number where that is exact, else its text. */
export function difference64(high: number, low: number, baseHigh: number, baseLow: number): number | string {
  if (high < SAFE_HIGH && baseHigh < SAFE_HIGH) return (high - baseHigh) * TWO_32 + (low - baseLow)
  const value = (BigInt(high) << 32n) | BigInt(low)
  return String(BigInt.asIntN(64, value - ((BigInt(baseHigh) << 32n) | BigInt(baseLow))))
}

/** What `add64` made. */
export const sum64 = { high: 0, low: 0 }

/** Adds a signed difference to a 64-bit number. */
export function add64(baseHigh: number, baseLow: number, difference: number | bigint): void {
  if (typeof difference === 'number' && baseHigh < SAFE_HIGH / 2 && Number.isSafeInteger(difference * 2)) {
    const value = baseHigh * TWO_32 + baseLow + difference
    if (value >= 0) {
      sum64.high = Math.floor(value / TWO_32)
      sum64.low = value % TWO_32
      return
    }
  }
  const value = BigInt.asUintN(64, ((BigInt(baseHigh) << 32n) | BigInt(baseLow)) + BigInt(difference))
  sum64.high = Number(value >> 32n)
  sum64.low = Number(value & 0xffffffffn)
}
