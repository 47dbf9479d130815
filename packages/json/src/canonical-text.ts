/**
 * Canonical text: JSON as JSON.GET answers, of which no byte would change if it were parsed and written again. No white
 * space between tokens, escapes in their shortest form, numbers as number-text.ts has them, keys that differ.
 *
 * Most clients send just that, or the same with spaces behind colons and commas, and then the text itself is the document
 * until somebody asks for a part of it (document.ts). So it is recognized here by reading only: strings four bytes
 * at a time, nothing written, no object made.
 *
 * What is not recognized is not wrong. It may be rare (\u001f, an object of 65 members), or need rewriting, or be no JSON
 * at all: the parser decides, and is what this file is tested against.
 */

import { DEPTH_MAX } from './node.ts'
import { formatNumber, hasEarlyDigit, parseNumber } from './number-text.ts'
import { plainEnd } from './plain-text.ts'
import { sequenceLength } from './utf8.ts'

/** A longer text is not looked at. */
export const CANONICAL_BYTES_MAX = 8 * 1024

export const NOT_CANONICAL = 0
export const CANONICAL = 1
/** But for white space between tokens. */
export const SPACED = 2

/** Objects of more members are left to the parser, which has a table for their keys. */
const MEMBERS_MAX = 64
/** Digits of which every whole number is within 64 bits. */
const INTEGER_DIGITS = 18
/** Digits of which a decimal fraction is the shortest for its double. */
const DOUBLE_DIGITS = 15

const SPACE = 32
const QUOTE = 34
const COMMA = 44
const MINUS = 45
const POINT = 46
const ZERO = 48
const COLON = 58
const OPEN_ARRAY = 91
const BACKSLASH = 92
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125
/** What may stand behind a backslash. */
const ESCAPES = new Uint8Array(256)
for (const letter of '"\\bfnrt') ESCAPES[letter.charCodeAt(0)] = 1
/** What a number consists of. */
const NUMERIC = new Uint8Array(256)
for (const character of '0123456789+-.eE') NUMERIC[character.charCodeAt(0)] = 1

/** Of the keys of the objects in hand, the innermost's last: where each begins, and something to tell it by. */
const keyStarts = new Int32Array(CANONICAL_BYTES_MAX / 4)
const keyMarks = new Int32Array(CANONICAL_BYTES_MAX / 4)
/** Of the containers around the innermost: its first key, or -1 for an array. */
const outerKeys = new Int32Array(DEPTH_MAX)

/** The bytes looked at last, and a view of them. */
let viewed: Uint8Array = new Uint8Array(0)
let view: DataView = new DataView(viewed.buffer)

/** Whether these bytes are canonical text. */
export function canonicality(src: Uint8Array, start: number, end: number): number {
  if (end - start > CANONICAL_BYTES_MAX) return NOT_CANONICAL
  const words = viewOf(src)
  let at = start
  let result = CANONICAL
  let depth = 0
  let keyCount = 0
  // Of the innermost container: its first key, or -1 for an array.
  let firstKey = -1
  let isKey = false
  // What is read behind the end is noticed at the end: nothing ever goes back.
  for (;;) {
    const c = src[at]
    if (c === QUOTE) {
      const from = at + 1
      at = stringEnd(words, src, from, end)
      if (isKey) {
        if (at < 0 || src[at] !== COLON || hasKey(src, from, at, firstKey, keyCount)) return NOT_CANONICAL
        keyCount++
        at++
        isKey = false
        continue
      }
    } else if (c <= SPACE) {
      at = spaceEnd(src, at)
      if (at < 0) return NOT_CANONICAL
      result = SPACED
      continue
    } else if (isKey) return NOT_CANONICAL
    else if (c === OPEN_OBJECT || c === OPEN_ARRAY) {
      if (depth === DEPTH_MAX) return NOT_CANONICAL
      outerKeys[depth++] = firstKey
      firstKey = c === OPEN_OBJECT ? keyCount : -1
      at++
      // In ASCII the closing bracket is the next but one. It is taken below.
      if (src[at] !== c + 2) {
        isKey = c === OPEN_OBJECT
        continue
      }
    } else at = c > OPEN_ARRAY ? literalEnd(src, at) : numberEnd(src, at, end)
    if (at < 0) return NOT_CANONICAL
    for (;;) {
      const next = src[at]
      if (next <= SPACE && at < end) {
        at = spaceEnd(src, at)
        if (at < 0) return NOT_CANONICAL
        result = SPACED
        continue
      }
      if (depth === 0) return at === end ? result : NOT_CANONICAL
      at++
      if (next === COMMA) break
      if (next !== (firstKey < 0 ? CLOSE_ARRAY : CLOSE_OBJECT)) return NOT_CANONICAL
      if (firstKey >= 0) keyCount = firstKey
      firstKey = outerKeys[--depth]
    }
    isKey = firstKey >= 0
  }
}

/** A view of the bytes: the same as the last time for the engine's receive buffer. */
function viewOf(src: Uint8Array): DataView {
  if (viewed !== src) {
    viewed = src
    view = new DataView(src.buffer, src.byteOffset, src.byteLength)
  }
  return view
}

/** The position behind the white space that begins here, or -1 for another control character. */
function spaceEnd(src: Uint8Array, start: number): number {
  let at = start
  while (src[at] === 32 || src[at] === 10 || src[at] === 13 || src[at] === 9) at++
  return at > start ? at : -1
}

/** The position behind the string whose text begins here, or -1. */
function stringEnd(words: DataView, src: Uint8Array, start: number, end: number): number {
  let at = start
  for (;;) {
    at = plainEnd(words, src, at, end)
    if (at >= end) return -1
    const c = src[at]
    if (c === QUOTE) return at + 1
    if (c >= 0x80) {
      const length = sequenceLength(src, at, end)
      if (length === 0) return -1
      at += length
    } else if (c === BACKSLASH && ESCAPES[src[at + 1]] === 1) at += 2
    else return -1
  }
}

/**
 * Whether an object has this key already, or too many; notes the key.
 * @param stop behind the closing quote
 */
function hasKey(src: Uint8Array, start: number, stop: number, firstKey: number, keyCount: number): boolean {
  if (keyCount - firstKey >= MEMBERS_MAX) return true
  const length = stop - start
  const mark = (length << 24) ^ (src[start] << 16) ^ (src[start + (length >> 1)] << 8) ^ src[stop - 2]
  for (let i = firstKey; i < keyCount; i++) {
    if (keyMarks[i] === mark && areEqual(src, start, keyStarts[i], length)) return true
  }
  keyStarts[keyCount] = start
  keyMarks[keyCount] = mark
  return false
}

/** @param length with the closing quote, so that no key is taken for the beginning of a longer one */
function areEqual(src: Uint8Array, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (src[a + i] !== src[b + i]) return false
  return true
}

/** The position behind true, false or null, or -1. */
function literalEnd(src: Uint8Array, at: number): number {
  const c = src[at]
  if (c === 116) return src[at + 1] === 114 && src[at + 2] === 117 && src[at + 3] === 101 ? at + 4 : -1
  if (c === 110) return src[at + 1] === 117 && src[at + 2] === 108 && src[at + 3] === 108 ? at + 4 : -1
  if (c !== 102 || src[at + 1] !== 97 || src[at + 2] !== 108) return -1
  return src[at + 3] === 115 && src[at + 4] === 101 ? at + 5 : -1
}

/** The position behind a number, or -1. */
function numberEnd(src: Uint8Array, start: number, end: number): number {
  const first = src[start] === MINUS ? start + 1 : start
  let at = digitsEnd(src, first, end)
  const digits = at - first
  const hasZero = src[first] === ZERO
  if (digits === 0 || (hasZero && digits > 1)) return -1
  if (src[at] !== POINT) {
    const isExponential = (src[at] | 32) === 101
    return digits > INTEGER_DIGITS || isExponential || (hasZero && first > start) ? numberTextEnd(src, start, end) : at
  }
  const point = at
  at = digitsEnd(src, point + 1, end)
  const fraction = at - point - 1
  // Shorter ones may be written otherwise: 1.50, 1e-6. So may longer ones, but most that programs print are not.
  const isShort = digits + fraction <= DOUBLE_DIGITS && (src[at] | 32) !== 101
  const isPlain = fraction === 1 || (fraction > 1 && src[at - 1] !== ZERO && (!hasZero || hasEarlyDigit(src, point + 1, at)))
  return isShort && isPlain ? at : numberTextEnd(src, start, end)
}

function digitsEnd(src: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && src[at] >= 48 && src[at] <= 57) at++
  return at
}

/** Reads and writes a number, and compares. */
function numberTextEnd(src: Uint8Array, start: number, end: number): number {
  let text = ''
  let at = start
  while (at < end && NUMERIC[src[at]] === 1) text += String.fromCharCode(src[at++])
  const value = parseNumber(text)
  return value !== undefined && formatNumber(value) === text ? at : -1
}

const compacted = new Uint8Array(CANONICAL_BYTES_MAX)

/** A text that is SPACED without its white space, in a buffer that is used again. */
export function withoutSpace(src: Uint8Array, start: number, end: number): Uint8Array {
  let to = 0
  let isString = false
  for (let at = start; at < end; at++) {
    const c = src[at]
    if (c <= SPACE && !isString) continue
    compacted[to++] = c
    if (c === QUOTE) isString = !isString
    else if (c === BACKSLASH) compacted[to++] = src[++at]
  }
  return compacted.subarray(0, to)
}
