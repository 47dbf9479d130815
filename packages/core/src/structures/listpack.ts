/**
 * Listpack: a short sequence of strings and whole numbers in one run of bytes, Redis's own format, so that DUMP, RDB
 * and RESTORE are plain copies.
 *
 *     header    u32 bytes in all, u16 elements (65535: more than that, they have to be counted)
 *     element   encoding and data, then their length once more ("backlen", 1 to 5 bytes, read from right to left)
 *     end       0xff
 *
 *     0xxxxxxx                  0 to 127                          10xxxxxx ...           string of up to 63 bytes
 *     110xxxxx x                13 bits, signed                   1110xxxx x ...         string of up to 4095 bytes
 *     0xf1, f2, f3, f4 ...      16, 24, 32, 64 bits, signed       0xf0 u32 ...           longer string
 *
 * Numbers are little-endian. Every element has one encoding, the shortest: a string that is the canonical text of a
 * 64-bit whole number is always kept as a number. So two elements are equal when their bytes are, and a search encodes
 * what it looks for once and compares bytes.
 *
 * A position is that of an element's first byte in the buffer; positions hold until the listpack changes. Functions
 * write into buffers that their callers made long enough; nobody allocates. Search and skipping are O(n).
 * Source of the format: S. Sanfilippo, "Listpack specification".
 */

import { copyBytes, writeInteger } from '@kvasir/protocol'
import { latin1 } from './bytes.ts'
import { parseInt64, parseSafeInteger } from './decimal.ts'

export const LISTPACK_HEADER_BYTES = 6
export const LISTPACK_END = 0xff
/** An empty listpack: header and end. */
export const LISTPACK_EMPTY_BYTES = LISTPACK_HEADER_BYTES + 1
const COUNT_UNKNOWN = 0xffff
/** Largest head of an element, and largest backlen. */
const HEAD_BYTES_MAX = 9
const BACKLEN_BYTES_MAX = 5
const NUMBER_TEXT_BYTES_MAX = 20

// --- header

export function listpackBytes(buf: Uint8Array, start: number): number {
  return (buf[start] | (buf[start + 1] << 8) | (buf[start + 2] << 16) | (buf[start + 3] << 24)) >>> 0
}

export function listpackCount(buf: Uint8Array, start: number): number {
  const count = buf[start + 4] | (buf[start + 5] << 8)
  if (count !== COUNT_UNKNOWN) return count
  let counted = 0
  for (let pos = firstElement(start); buf[pos] !== LISTPACK_END; pos = nextElement(buf, pos)) counted++
  return counted
}

export function setListpackHeader(buf: Uint8Array, start: number, bytes: number, count: number): void {
  buf[start] = bytes
  buf[start + 1] = bytes >>> 8
  buf[start + 2] = bytes >>> 16
  buf[start + 3] = bytes >>> 24
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
export function firstElement(start: number): number {
  return start + LISTPACK_HEADER_BYTES
}

/** Position of the last element, or -1 in an empty listpack. */
export function lastElement(buf: Uint8Array, start: number): number {
  return previousElement(buf, start, start + listpackBytes(buf, start) - 1)
}

/** Position behind the element at `pos`: of the next one, or of the end. */
export function nextElement(buf: Uint8Array, pos: number): number {
  const c = buf[pos]
  if (c < 0x80) return pos + 2
  if (c < 0xc0) {
    const bytes = 1 + (c & 63)
    return pos + bytes + 1
  }
  const bytes = encodedBytes(buf, pos)
  return pos + bytes + backlenBytes(bytes)
}

/** Position of the element before `pos` (which may be the end), or -1 for none. */
export function previousElement(buf: Uint8Array, start: number, pos: number): number {
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

/** Position of the element with an index, negative ones counted from the end; -1 when there is none. */
export function elementAt(buf: Uint8Array, start: number, index: number): number {
  const count = listpackCount(buf, start)
  const i = index < 0 ? count + index : index
  if (i < 0 || i >= count) return -1
  if (i <= count >> 1) {
    let pos = firstElement(start)
    for (let k = 0; k < i; k++) pos = nextElement(buf, pos)
    return pos
  }
  let pos = lastElement(buf, start)
  for (let k = count - 1; k > i; k--) pos = previousElement(buf, start, pos)
  return pos
}

/** Bytes of encoding and data of the element at `pos`, without backlen. */
function encodedBytes(buf: Uint8Array, pos: number): number {
  const c = buf[pos]
  if (c < 0x80) return 1
  if (c < 0xc0) return 1 + (c & 63)
  if (c < 0xe0) return 2
  if (c < 0xf0) return 2 + ((c & 15) << 8) + buf[pos + 1]
  switch (c) {
    case 0xf0:
      return 5 + ((buf[pos + 1] | (buf[pos + 2] << 8) | (buf[pos + 3] << 16) | (buf[pos + 4] << 24)) >>> 0)
    case 0xf1:
      return 3
    case 0xf2:
      return 4
    case 0xf3:
      return 5
    case 0xf4:
      return 9
    default:
      throw new RangeError('listpack: no element here')
  }
}

function backlenBytes(bytes: number): number {
  if (bytes < 128) return 1
  if (bytes < 16384) return 2
  if (bytes < 2097152) return 3
  return bytes < 268435456 ? 4 : 5
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
  if (c === 0xf0) return pointTo(buf, pos + 5, encodedBytes(buf, pos) - 5)
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
      return word(buf, pos + 1)
    case 0xf4:
      return word(buf, pos + 5) * 2 ** 32 + (word(buf, pos + 1) >>> 0)
    default:
      return Number.NaN
  }
}

/** As `integerAt`, exact; 0n for a string. */
export function bigIntegerAt(buf: Uint8Array, pos: number): bigint {
  if (buf[pos] === 0xf4) return (BigInt(word(buf, pos + 5)) << 32n) | BigInt(word(buf, pos + 1) >>> 0)
  const value = integerAt(buf, pos)
  return Number.isNaN(value) ? 0n : BigInt(value)
}

function word(buf: Uint8Array, pos: number): number {
  return buf[pos] | (buf[pos + 1] << 8) | (buf[pos + 2] << 16) | (buf[pos + 3] << 24)
}

// --- encoding

/**
 * Elements on their way into a listpack, encoded one behind the other. One serves everybody (`encoded`): clear it, add,
 * copy what it holds, and call nobody else in between.
 */
export class EncodedElements {
  buf = new Uint8Array(256)
  length = 0
  count = 0

  clear(): void {
    this.length = 0
    this.count = 0
  }

  add(source: Uint8Array, start: number, length: number): void {
    const value = parseSafeInteger(source, start, length)
    if (!Number.isNaN(value)) return this.addInteger(value)
    if (length >= 16 && length <= NUMBER_TEXT_BYTES_MAX) {
      const big = parseInt64(source, start, length)
      if (big !== undefined) return this.#addInt64(big)
    }
    this.#ensure(HEAD_BYTES_MAX + length + BACKLEN_BYTES_MAX)
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
    this.#finish(at + length)
  }

  /** @param value a whole number within ±2^53 */
  addInteger(value: number): void {
    this.#ensure(HEAD_BYTES_MAX + BACKLEN_BYTES_MAX)
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
    this.#finish(at)
  }

  /** Adds the text of a number that `addInteger` cannot take, or any other string of bytes given as characters. */
  addText(text: string): void {
    const bytes = new Uint8Array(text.length)
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
    this.add(bytes, 0, bytes.length)
  }

  /** Adds a copy of the element at `pos` of a listpack. */
  addElement(source: Uint8Array, pos: number): void {
    const bytes = nextElement(source, pos) - pos
    this.#ensure(bytes)
    copyBytes(source, pos, bytes, this.buf, this.length)
    this.length += bytes
    this.count++
  }

  #addInt64(value: bigint): void {
    this.#ensure(HEAD_BYTES_MAX + BACKLEN_BYTES_MAX)
    const { buf } = this
    let at = this.length
    buf[at++] = 0xf4
    at = writeWord(buf, at, Number(BigInt.asIntN(32, value)))
    at = writeWord(buf, at, Number(value >> 32n))
    this.#finish(at)
  }

  /** Writes the backlen of the element that began at `length` and ends at `end`. */
  #finish(end: number): void {
    const bytes = end - this.length
    this.length = writeBacklen(this.buf, end, bytes)
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

function writeWord(buf: Uint8Array, at: number, value: number): number {
  buf[at] = value
  buf[at + 1] = value >> 8
  buf[at + 2] = value >> 16
  buf[at + 3] = value >> 24
  return at + 4
}

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

// --- searching

/**
 * Position of an element that is equal to an encoded one, or -1.
 * @param pos where to begin, `end` where to stop (the position of the listpack's end)
 * @param step 1 looks at every element, 2 at every second one
 * @param needle an element as `EncodedElements` writes it, `needleBytes` long with its backlen
 */
export function findElement(
  buf: Uint8Array,
  pos: number,
  end: number,
  step: number,
  needle: Uint8Array,
  needleBytes: number,
): number {
  const head = needle[0]
  let at = pos
  while (at < end) {
    if (buf[at] === head) {
      let i = 1
      while (i < needleBytes && buf[at + i] === needle[i]) i++
      if (i === needleBytes) return at
    }
    at = nextElement(buf, at)
    for (let k = 1; k < step && at < end; k++) at = nextElement(buf, at)
  }
  return -1
}

// --- checking

/**
 * Whether bytes from outside are a listpack of exactly this length, every element and count in order. Elements that are
 * encoded longer than they need pass too; `isCanonicalListpack` tells.
 */
export function isListpack(buf: Uint8Array, start: number, length: number): boolean {
  if (length < LISTPACK_EMPTY_BYTES || listpackBytes(buf, start) !== length) return false
  const end = start + length - 1
  if (buf[end] !== LISTPACK_END) return false
  const count = buf[start + 4] | (buf[start + 5] << 8)
  let pos = firstElement(start)
  let counted = 0
  while (pos < end) {
    if (!isElement(buf, pos, end)) return false
    pos = nextElement(buf, pos)
    counted++
  }
  return pos === end && (count === COUNT_UNKNOWN || count === counted)
}

function isElement(buf: Uint8Array, pos: number, end: number): boolean {
  const c = buf[pos]
  if (c > 0xf4) return false
  const headBytes = c === 0xf0 ? 5 : c >= 0xe0 && c < 0xf0 ? 2 : 1
  if (pos + headBytes > end) return false
  const bytes = encodedBytes(buf, pos)
  const size = backlenBytes(bytes)
  if (pos + bytes + size > end) return false
  const expected = new Uint8Array(BACKLEN_BYTES_MAX)
  writeBacklen(expected, 0, bytes)
  for (let i = 0; i < size; i++) if (buf[pos + bytes + i] !== expected[i]) return false
  return true
}

/** Whether every element of a valid listpack has its shortest encoding, as a search needs it. */
export function isCanonicalListpack(buf: Uint8Array, start: number): boolean {
  const probe = new EncodedElements()
  const end = start + listpackBytes(buf, start) - 1
  for (let pos = firstElement(start); pos < end; pos = nextElement(buf, pos)) {
    probe.clear()
    readElement(buf, pos)
    probe.add(element.buf, element.start, element.length)
    if (probe.length !== nextElement(buf, pos) - pos) return false
  }
  return true
}

/** The elements as text, one character per byte: for tests and error logs. */
export function listpackTexts(buf: Uint8Array, start: number): string[] {
  const texts: string[] = []
  const end = start + listpackBytes(buf, start) - 1
  for (let pos = firstElement(start); pos < end; pos = nextElement(buf, pos)) {
    readElement(buf, pos)
    texts.push(latin1(element.buf, element.start, element.length))
  }
  return texts
}
