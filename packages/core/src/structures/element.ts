/**
 * Element: a string or a whole number as collections keep it, head and data, one behind the other in runs
 * (element-run.ts) or with their lengths behind them in listpacks (listpack.ts).
 *
 *     0xxxxxxx                  0 to 127                          10xxxxxx ...           string of up to 63 bytes
 *     110xxxxx x                13 bits, signed                   1110xxxx x ...         string of up to 4095 bytes
 *     0xf1, f2, f3, f4 ...      16, 24, 32, 64 bits, signed       0xf0 u32 ...           longer string
 *
 * Numbers are little-endian. Every element has one encoding, the shortest: a string that is the canonical text of a
 * 64-bit whole number is always kept as a number. So two elements are equal when their bytes are, and a search encodes
 * what it looks for once and compares bytes.
 *
 * A position is that of an element's first byte in the buffer; positions hold until the buffer changes.
 * Source: S. Sanfilippo, "Listpack specification".
 */

import { copyBytes, writeInteger } from '@kvasir/protocol'
import { parseInt64, parseSafeInteger } from './decimal.ts'
import { readWord, writeWord } from './word.ts'

/** Largest head of an element, or number with its head. */
const HEAD_BYTES_MAX = 9
const NUMBER_TEXT_BYTES_MAX = 20

// --- length

/** Bytes of head and data of the element at `pos`. */
export function elementLength(buf: Uint8Array, pos: number): number {
  const c = buf[pos]
  if (c < 0x80) return 1
  if (c < 0xc0) return 1 + (c & 63)
  if (c < 0xe0) return 2
  if (c < 0xf0) return 2 + ((c & 15) << 8) + buf[pos + 1]
  switch (c) {
    case 0xf0:
      return 5 + (readWord(buf, pos + 1) >>> 0)
    case 0xf1:
      return 3
    case 0xf2:
      return 4
    case 0xf3:
      return 5
    case 0xf4:
      return 9
    default:
      throw new RangeError('no element here')
  }
}

// --- reading

/** What `readElement` found: bytes, those of a number in decimal. Valid until the next `readElement`, or a change. */
export const element: { buf: Uint8Array; start: number; length: number } = {
  buf: new Uint8Array(0),
  start: 0,
  length: 0,
}

const digits = new Uint8Array(NUMBER_TEXT_BYTES_MAX)

/** Lets `element` be the bytes of the element at `pos`. */
export function readElement(buf: Uint8Array, pos: number): void {
  const c = buf[pos]
  if (c >= 0x80 && c < 0xc0) return pointTo(buf, pos + 1, c & 63)
  if (c >= 0xe0 && c < 0xf0) return pointTo(buf, pos + 2, ((c & 15) << 8) + buf[pos + 1])
  if (c === 0xf0) return pointTo(buf, pos + 5, elementLength(buf, pos) - 5)
  const value = integerAt(buf, pos)
  if (Number.isSafeInteger(value)) return pointTo(digits, 0, writeInteger(digits, 0, value))
  const text = bigIntegerAt(buf, pos).toString()
  for (let i = 0; i < text.length; i++) digits[i] = text.charCodeAt(i)
  pointTo(digits, 0, text.length)
}

function pointTo(buf: Uint8Array, start: number, length: number): void {
  element.buf = buf
  element.start = start
  element.length = length
}

/** A copy of the bytes of the element at `pos`. */
export function elementBytes(buf: Uint8Array, pos: number): Uint8Array {
  readElement(buf, pos)
  return element.buf.slice(element.start, element.start + element.length)
}

export function isIntegerElement(buf: Uint8Array, pos: number): boolean {
  const c = buf[pos]
  return c < 0x80 || (c >= 0xc0 && c < 0xe0) || c > 0xf0
}

/** The number at `pos`; beyond ±2^53 the nearest double; NaN for a string. */
export function integerAt(buf: Uint8Array, pos: number): number {
  const c = buf[pos]
  if (c < 0x80) return c
  if (c >= 0xc0 && c < 0xe0) return ((((c & 31) << 8) | buf[pos + 1]) << 19) >> 19
  switch (c) {
    case 0xf1:
      return ((buf[pos + 1] | (buf[pos + 2] << 8)) << 16) >> 16
    case 0xf2:
      return ((buf[pos + 1] | (buf[pos + 2] << 8) | (buf[pos + 3] << 16)) << 8) >> 8
    case 0xf3:
      return readWord(buf, pos + 1)
    case 0xf4:
      return readWord(buf, pos + 5) * 2 ** 32 + (readWord(buf, pos + 1) >>> 0)
    default:
      return Number.NaN
  }
}

/** As `integerAt`, exact; 0n for a string. */
export function bigIntegerAt(buf: Uint8Array, pos: number): bigint {
  if (buf[pos] === 0xf4) return (BigInt(readWord(buf, pos + 5)) << 32n) | BigInt(readWord(buf, pos + 1) >>> 0)
  const value = integerAt(buf, pos)
  return Number.isNaN(value) ? 0n : BigInt(value)
}

// --- encoding

/** Of `EncodedElements`; a buffer that one large element made longer than the second is given back. */
const BYTES_FIRST = 256
const BYTES_KEPT = 1024 * 1024
/** Head, and what a listpack has behind an element. */
const ROOM_BYTES = HEAD_BYTES_MAX + 5

/**
 * Elements on their way into a run, encoded one behind the other. One serves everybody (`encoded`): clear it, add,
 * copy what it holds, and call nobody else in between.
 */
export class EncodedElements {
  buf = new Uint8Array(BYTES_FIRST)
  length = 0
  count = 0

  clear(): void {
    this.length = 0
    this.count = 0
    if (this.buf.length > BYTES_KEPT) this.buf = new Uint8Array(BYTES_FIRST)
  }

  add(source: Uint8Array, start: number, length: number): void {
    const value = parseSafeInteger(source, start, length)
    if (!Number.isNaN(value)) return this.addInteger(value)
    if (length >= 16 && length <= NUMBER_TEXT_BYTES_MAX) {
      const big = parseInt64(source, start, length)
      if (big !== undefined) return this.#addInt64(big)
    }
    this.#ensure(ROOM_BYTES + length)
    const { buf } = this
    let at = this.length
    if (length < 64) buf[at++] = 0x80 | length
    else if (length < 4096) {
      buf[at++] = 0xe0 | (length >> 8)
      buf[at++] = length
    } else {
      buf[at++] = 0xf0
      at = writeWord(buf, at, length)
    }
    copyBytes(source, start, length, buf, at)
    this.finish(at + length)
  }

  /** @param value a whole number within ±2^53 */
  addInteger(value: number): void {
    this.#ensure(ROOM_BYTES)
    const { buf } = this
    let at = this.length
    if (value >= 0 && value < 128) buf[at++] = value
    else if (value >= -4096 && value < 4096) {
      buf[at++] = 0xc0 | ((value >> 8) & 31)
      buf[at++] = value
    } else if (value >= -32768 && value < 32768) {
      buf[at++] = 0xf1
      buf[at++] = value
      buf[at++] = value >> 8
    } else if (value >= -8388608 && value < 8388608) {
      buf[at++] = 0xf2
      buf[at++] = value
      buf[at++] = value >> 8
      buf[at++] = value >> 16
    } else if (value === (value | 0)) {
      buf[at++] = 0xf3
      at = writeWord(buf, at, value)
    } else {
      buf[at++] = 0xf4
      at = writeWord(buf, at, (value % 2 ** 32) | 0)
      at = writeWord(buf, at, Math.floor(value / 2 ** 32))
    }
    this.finish(at)
  }

  /** Adds the text of a number that `addInteger` cannot take, or any other string of bytes given as characters. */
  addText(text: string): void {
    const bytes = new Uint8Array(text.length)
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
    this.add(bytes, 0, bytes.length)
  }

  /** Adds a copy of the element at `pos` of a run or a listpack. */
  addElement(source: Uint8Array, pos: number): void {
    const bytes = elementLength(source, pos)
    this.#ensure(ROOM_BYTES + bytes)
    copyBytes(source, pos, bytes, this.buf, this.length)
    this.finish(this.length + bytes)
  }

  #addInt64(value: bigint): void {
    this.#ensure(ROOM_BYTES)
    const { buf } = this
    let at = this.length
    buf[at++] = 0xf4
    at = writeWord(buf, at, Number(BigInt.asIntN(32, value)))
    at = writeWord(buf, at, Number(value >> 32n))
    this.finish(at)
  }

  /** The element that began at `length` ends at `end`. There is room for five bytes more. */
  protected finish(end: number): void {
    this.length = end
    this.count++
  }

  #ensure(bytes: number): void {
    if (this.length + bytes <= this.buf.length) return
    const next = new Uint8Array(Math.max(this.length + bytes, this.buf.length * 2))
    next.set(this.buf.subarray(0, this.length))
    this.buf = next
  }
}

export const encoded = new EncodedElements()

// --- comparing

/** Whether the element at `pos` is the needle, an element as `EncodedElements` writes it. */
export function isElementEqual(buf: Uint8Array, pos: number, needle: Uint8Array, needleBytes: number): boolean {
  for (let i = 0; i < needleBytes; i++) if (buf[pos + i] !== needle[i]) return false
  return true
}
