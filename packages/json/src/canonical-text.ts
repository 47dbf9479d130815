/**
 * Canonical text: JSON as JSON.GET answers, of which no byte would change if it were parsed and written again. No white
 * space between tokens, escapes in their shortest form, numbers as number-text.ts has them, keys that differ.
 *
 * Most clients send just that, or the same with spaces behind colons and commas, and then the text itself is the
 * document until somebody asks for a part of it (document.ts). So it is recognized here by reading only: strings four
 * bytes at a time, nothing written, no object made. That takes 1 ns a byte where the parser takes 4.5; what else was
 * tried is in design/json-documents.md.
 *
 * What is not recognized is not wrong. It may be rare (\u001f, an object of 65 members), or need rewriting, or be no
 * JSON at all: the parser decides, and is what this file is tested against.
 */

import { DEPTH_MAX } from './node.ts'
import { formatNumber, hasEarlyDigit, parseNumber } from './number-text.ts'
import { sequenceLength } from './utf8.ts'

/** A longer text is not looked at: making nodes of this much takes some 50 microseconds. */
export const CANONICAL_BYTES_MAX = 8 * 1024

const NOT_CANONICAL = 0
const CANONICAL = 1
/** But for white space between tokens. */
const SPACED = 2

/** The literals as words, little-endian. */
const NULL = 0x6c6c756e
const TRUE = 0x65757274
const FALS = 0x736c6166

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

const ONES = 0x01010101
const TWOS = 0x02020202
const BACKSLASHES = 0x5c5c5c5c
const THIRTYTHREES = 0x21212121
const HIGH_BITS = 0x80808080

/**
 * The text looked at, with a zero behind it, which ends whatever it is read as; room for a word that begins there. One
 * that is always the same: the engine then knows where the bytes lie and how many there are, and that is worth a third.
 */
const text = new Uint8Array(CANONICAL_BYTES_MAX + 8)
const words = new DataView(text.buffer)
/** Of the keys of the objects in hand, the innermost's last: where each begins, and something to tell it by. */
const keyStarts = new Int32Array(CANONICAL_BYTES_MAX / 4)
const keyMarks = new Int32Array(CANONICAL_BYTES_MAX / 4)
/** Of the containers around the innermost: its first key, or -1 for an array. */
const outerKeys = new Int32Array(DEPTH_MAX)

/**
 * The canonical text of a JSON text that is canonical but for white space between tokens: a view of `src`, or of a
 * buffer that is used again.
 * @returns undefined for every other text
 */
export function canonicalText(src: Uint8Array, start: number, end: number): Uint8Array | undefined {
  const length = end - start
  if (length > CANONICAL_BYTES_MAX) return undefined
  const given = src.subarray(start, end)
  text.set(given)
  text[length] = 0
  const form = canonicality(length)
  if (form === NOT_CANONICAL) return undefined
  return form === CANONICAL ? given : text.subarray(0, dropSpace(length))
}

/** Of the first `end` bytes of `text`. */
function canonicality(end: number): number {
  let at = 0
  let result = CANONICAL
  let depth = 0
  let keyCount = 0
  // Of the innermost container: its first key, or -1 for an array.
  let firstKey = -1
  let isKey = false
  for (;;) {
    const c = text[at]
    if (c === QUOTE) {
      const from = at + 1
      at = stringEnd(from)
      if (isKey) {
        if (at < 0 || text[at] !== COLON || hasKey(from, at, firstKey, keyCount)) return NOT_CANONICAL
        keyCount++
        at++
        isKey = false
        continue
      }
    } else if (c <= SPACE) {
      at = spaceEnd(at)
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
      if (text[at] !== c + 2) {
        isKey = c === OPEN_OBJECT
        continue
      }
    } else at = c > OPEN_ARRAY ? literalEnd(at) : numberEnd(at)
    if (at < 0) return NOT_CANONICAL
    for (;;) {
      const next = text[at]
      if (next <= SPACE && next > 0) {
        at = spaceEnd(at)
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

/** The position behind the white space that begins here, or -1 for another control character. */
function spaceEnd(start: number): number {
  let at = start
  while (text[at] === 32 || text[at] === 10 || text[at] === 13 || text[at] === 9) at++
  return at > start ? at : -1
}

/** The position behind the string whose text begins here, or -1. */
function stringEnd(start: number): number {
  let at = start
  for (;;) {
    at = plainEnd(at)
    const c = text[at]
    if (c === QUOTE) return at + 1
    if (c >= 0x80) {
      const length = sequenceLength(text, at, text.length)
      if (length === 0) return -1
      at += length
    } else if (c === BACKSLASH && ESCAPES[text[at + 1]] === 1) at += 2
    else return -1
  }
}

/** Where the first byte from here on is that is a quote, a backslash, a control character, or not ASCII. */
function plainEnd(start: number): number {
  for (let at = start; ; at += 4) {
    const x = words.getInt32(at, true)
    // The high bit of a byte says that it is one of them. The exclusive or with 2 takes the quote to 32 and leaves the
    // control characters where they are, below; what is less then 33, or, for the backslash, than 1, borrows. A borrow
    // can spoil the bytes above, but of those that are found only the lowest counts.
    const special = (((x ^ TWOS) - THIRTYTHREES) | ((x ^ BACKSLASHES) - ONES) | x) & HIGH_BITS
    if (special !== 0) return at + ((31 - Math.clz32(special & -special)) >> 3)
  }
}

/**
 * Whether an object has this key already, or too many; notes the key.
 * @param stop behind the closing quote
 */
function hasKey(start: number, stop: number, firstKey: number, keyCount: number): boolean {
  if (keyCount - firstKey >= MEMBERS_MAX) return true
  const length = stop - start
  const mark = (length << 24) ^ (text[start] << 16) ^ (text[start + (length >> 1)] << 8) ^ text[stop - 2]
  for (let i = firstKey; i < keyCount; i++) {
    if (keyMarks[i] === mark && areEqual(start, keyStarts[i], length)) return true
  }
  keyStarts[keyCount] = start
  keyMarks[keyCount] = mark
  return false
}

/** @param length with the closing quote, so that no key is taken for the beginning of a longer one */
function areEqual(a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (text[a + i] !== text[b + i]) return false
  return true
}

/** The position behind true, false or null, or -1. */
function literalEnd(at: number): number {
  const word = words.getInt32(at, true)
  if (word === TRUE || word === NULL) return at + 4
  return word === FALS && text[at + 4] === 101 ? at + 5 : -1
}

/** The position behind a number, or -1. */
function numberEnd(start: number): number {
  const first = text[start] === MINUS ? start + 1 : start
  let at = digitsEnd(first)
  const digits = at - first
  const hasZero = text[first] === ZERO
  if (digits === 0 || (hasZero && digits > 1)) return -1
  if (text[at] !== POINT) {
    const isExponential = (text[at] | 32) === 101
    return digits > INTEGER_DIGITS || isExponential || (hasZero && first > start) ? numberTextEnd(start) : at
  }
  const point = at
  at = digitsEnd(point + 1)
  const fraction = at - point - 1
  // Shorter ones may be written otherwise: 1.50, 1e-6. So may longer ones, but most that programs print are not.
  const isShort = digits + fraction <= DOUBLE_DIGITS && (text[at] | 32) !== 101
  const isPlain =
    fraction === 1 || (fraction > 1 && text[at - 1] !== ZERO && (!hasZero || hasEarlyDigit(text, point + 1, at)))
  return isShort && isPlain ? at : numberTextEnd(start)
}

function digitsEnd(start: number): number {
  let at = start
  while (text[at] >= 48 && text[at] <= 57) at++
  return at
}

/** Reads and writes a number, and compares. */
function numberTextEnd(start: number): number {
  let number = ''
  let at = start
  while (NUMERIC[text[at]] === 1) number += String.fromCharCode(text[at++])
  const value = parseNumber(number)
  return value !== undefined && formatNumber(value) === number ? at : -1
}

/** Leaves out the white space between tokens. @returns the length without it */
function dropSpace(length: number): number {
  let to = 0
  for (let at = 0; at < length; ) {
    const c = text[at]
    if (c <= SPACE) {
      at++
      continue
    }
    const end = c === QUOTE ? stringEnd(at + 1) : at + 1
    while (at < end) text[to++] = text[at++]
  }
  return to
}
