/**
 * Listpack: a short sequence of elements (element.ts) in one run of bytes, Redis's own format: what RDB has, and what
 * lists are kept in.
 *
 *     header    u32 bytes in all, u16 elements (65535: more than that, they have to be counted)
 *     element   head and data, then their length once more ("backlen", 1 to 5 bytes, read from right to left)
 *     end       0xff
 *
 * Functions write into buffers that their callers made long enough. Search and skipping are O(n).
 * Source of the format: S. Sanfilippo, "Listpack specification".
 */

import { copyBytes } from '@kvasir/protocol'
import { latin1 } from './bytes.ts'
import { EncodedElements, element, elementLength, integerAt, isIntegerElement, readElement } from './element.ts'
import { nextElement } from './element-run.ts'
import { readWord, writeWord } from './word.ts'

export const LISTPACK_HEADER_BYTES = 6
export const LISTPACK_END = 0xff
/** An empty listpack: header and end. */
export const LISTPACK_EMPTY_BYTES = LISTPACK_HEADER_BYTES + 1
const COUNT_UNKNOWN = 0xffff
const BACKLEN_BYTES_MAX = 5

// --- header

export function listpackBytes(buf: Uint8Array, start: number): number {
  return readWord(buf, start) >>> 0
}

export function listpackCount(buf: Uint8Array, start: number): number {
  const count = buf[start + 4] | (buf[start + 5] << 8)
  if (count !== COUNT_UNKNOWN) return count
  let counted = 0
  for (let pos = firstInListpack(start); buf[pos] !== LISTPACK_END; pos = nextInListpack(buf, pos)) counted++
  return counted
}

export function setListpackHeader(buf: Uint8Array, start: number, bytes: number, count: number): void {
  writeWord(buf, start, bytes)
  const stored = Math.min(count, COUNT_UNKNOWN)
  buf[start + 4] = stored
  buf[start + 5] = stored >>> 8
}

/** Writes header and end of a listpack whose elements, `elementBytes` in all, stand or will stand between them. */
export function frameListpack(buf: Uint8Array, start: number, elementBytes: number, count: number): void {
  setListpackHeader(buf, start, elementBytes + LISTPACK_EMPTY_BYTES, count)
  buf[start + LISTPACK_HEADER_BYTES + elementBytes] = LISTPACK_END
}

// --- walking

/** Position of the first element, or of the end. */
export function firstInListpack(start: number): number {
  return start + LISTPACK_HEADER_BYTES
}

/** Position behind the element at `pos`: of the next one, or of the end. */
export function nextInListpack(buf: Uint8Array, pos: number): number {
  const c = buf[pos]
  if (c < 0x80) return pos + 2
  if (c < 0xc0) {
    const bytes = 1 + (c & 63)
    return pos + bytes + 1
  }
  const bytes = elementLength(buf, pos)
  return pos + bytes + backlenBytes(bytes)
}

/** Position of the element before `pos` (which may be the end), or -1 for none. */
export function previousInListpack(buf: Uint8Array, start: number, pos: number): number {
  if (pos <= start + LISTPACK_HEADER_BYTES) return -1
  let at = pos - 1
  let length = buf[at] & 127
  let scale = 128
  while ((buf[at] & 128) !== 0) {
    at--
    length += (buf[at] & 127) * scale
    scale *= 128
  }
  return at - length
}

function backlenBytes(bytes: number): number {
  if (bytes < 128) return 1
  if (bytes < 16384) return 2
  if (bytes < 2097152) return 3
  return bytes < 268435456 ? 4 : 5
}

// --- encoding

/** As EncodedElements, each element with its backlen: on their way into a listpack. */
export class ListpackElements extends EncodedElements {
  protected override finish(end: number): void {
    super.finish(writeBacklen(this.buf, end, end - this.length))
  }
}

/** Serves everybody; as `encoded`. */
export const encodedListpack = new ListpackElements()

function writeBacklen(buf: Uint8Array, at: number, bytes: number): number {
  const size = backlenBytes(bytes)
  let rest = bytes
  for (let i = at + size - 1; i > at; i--) {
    buf[i] = (rest & 127) | 128
    rest = Math.floor(rest / 128)
  }
  buf[at] = rest
  return at + size
}

// --- checking

/**
 * Whether bytes from outside are a listpack of exactly this length, every element and count in order. Elements that are
 * encoded longer than they need pass too.
 */
export function isListpack(buf: Uint8Array, start: number, length: number): boolean {
  if (length < LISTPACK_EMPTY_BYTES || listpackBytes(buf, start) !== length) return false
  const end = start + length - 1
  if (buf[end] !== LISTPACK_END) return false
  const count = buf[start + 4] | (buf[start + 5] << 8)
  let pos = firstInListpack(start)
  let counted = 0
  while (pos < end) {
    if (!isElement(buf, pos, end)) return false
    pos = nextInListpack(buf, pos)
    counted++
  }
  return pos === end && (count === COUNT_UNKNOWN || count === counted)
}

function isElement(buf: Uint8Array, pos: number, end: number): boolean {
  const c = buf[pos]
  if (c > 0xf4) return false
  const headBytes = c === 0xf0 ? 5 : c >= 0xe0 && c < 0xf0 ? 2 : 1
  if (pos + headBytes > end) return false
  const bytes = elementLength(buf, pos)
  const size = backlenBytes(bytes)
  if (pos + bytes + size > end) return false
  const expected = new Uint8Array(BACKLEN_BYTES_MAX)
  writeBacklen(expected, 0, bytes)
  for (let i = 0; i < size; i++) if (buf[pos + bytes + i] !== expected[i]) return false
  return true
}

// --- to and from runs

/**
 * Adds the elements of a listpack to `out`, each in its shortest encoding. It must be one, as `isListpack` finds out.
 */
export function decodeListpack(buf: Uint8Array, start: number, out: EncodedElements): void {
  const end = start + listpackBytes(buf, start) - 1
  for (let pos = firstInListpack(start); pos < end; pos = nextInListpack(buf, pos)) {
    const value = isIntegerElement(buf, pos) ? integerAt(buf, pos) : Number.NaN
    if (Number.isSafeInteger(value)) out.addInteger(value)
    else {
      readElement(buf, pos)
      out.add(element.buf, element.start, element.length)
    }
  }
}

/** Bytes that the elements of a run take in a listpack, without its header and end. */
export function listpackBytesOfRun(run: Uint8Array, start: number, end: number): number {
  let bytes = 0
  for (let pos = start; pos < end; ) {
    const next = nextElement(run, pos)
    bytes += next - pos + backlenBytes(next - pos)
    pos = next
  }
  return bytes
}

/** Bytes that a whole number from 0 to 2^31 takes in a listpack. */
export function listpackIntegerBytes(value: number): number {
  if (value < 128) return 2
  if (value < 4096) return 3
  if (value < 32768) return 4
  return value < 8388608 ? 5 : 6
}

/**
 * Listpacks made of runs, one after the other: `begin`, add, `end`. The bytes are good until the next one is begun.
 */
export class ListpackWriter {
  buf = new Uint8Array(256)
  length = 0
  #count = 0
  readonly #number = new ListpackElements()

  /** @param bytes of the whole listpack, at least */
  begin(bytes: number): void {
    if (this.buf.length < bytes) this.buf = new Uint8Array(Math.max(bytes, 2 * this.buf.length))
    this.length = LISTPACK_HEADER_BYTES
    this.#count = 0
  }

  /** Adds the elements in `run[start .. end)`. @returns how many they are */
  addRun(run: Uint8Array, start: number, end: number): number {
    let count = 0
    let at = this.length
    for (let pos = start; pos < end; count++) {
      const next = nextElement(run, pos)
      const bytes = next - pos
      copyBytes(run, pos, bytes, this.buf, at)
      at += bytes
      if (bytes < 128) this.buf[at++] = bytes
      else at = writeBacklen(this.buf, at, bytes)
      pos = next
    }
    this.#count += count
    this.length = at
    return count
  }

  addInteger(value: number): void {
    const number = this.#number
    number.clear()
    number.addInteger(value)
    copyBytes(number.buf, 0, number.length, this.buf, this.length)
    this.length += number.length
    this.#count++
  }

  end(): void {
    frameListpack(this.buf, 0, this.length - LISTPACK_HEADER_BYTES, this.#count)
    this.length++
  }
}

/** The elements as text, one character per byte: for tests and error logs. */
export function listpackTexts(buf: Uint8Array, start: number): string[] {
  const texts: string[] = []
  const end = start + listpackBytes(buf, start) - 1
  for (let pos = firstInListpack(start); pos < end; pos = nextInListpack(buf, pos)) {
    readElement(buf, pos)
    texts.push(latin1(element.buf, element.start, element.length))
  }
  return texts
}
