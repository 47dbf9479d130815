/**
 * RDB reader: the primitives that RDB files and DUMP payloads are made of; see rdb-writer.ts for their layout. Besides
 * that, what only older servers wrote: doubles as text (a length byte and digits; 253 NaN, 254 infinity, 255 minus
 * infinity) and times in seconds.
 *
 * It reads from bytes in memory, or from a source through a buffer that holds what is being read.
 *
 * Bytes from outside may be anything, so every read is checked. A failed one throws RdbError: the one place where a
 * mistake of a user's is thrown, because a value is read in deep nests of loops, each of which would have to pass it
 * on. Whoever reads a payload catches it, and has changed nothing by then. No length is trusted before as many
 * bytes are there: memory is never taken for more than a small multiple of what was really sent.
 *
 * `string` copies nothing: it points `stringBuf`, `stringStart` and `stringLength` to the bytes, which are valid until
 * the next read.
 */

import { writeInteger } from '@kvasir/protocol'
import { CRC64_BYTES, Crc64 } from './crc64.ts'
import { parseDouble } from './double.ts'
import { lzfDecompress, lzfOutputMax } from './lzf.ts'

/** Puts at most `length` bytes at `buf[start]`. @returns how many; 0 at the end */
export type RdbSource = (buf: Uint8Array, start: number, length: number) => number

/** What is read is not what it should be. */
export class RdbError extends Error {}

const SOURCE_BYTES = 64 * 1024
const INT8 = 0
const INT16 = 1
const INT32 = 2
const LZF = 3
const INT32_TEXT_BYTES_MAX = 11

export class RdbReader {
  /** Where reading goes on: for `raw`, or to look at what comes. */
  buf: Uint8Array
  position: number
  #end: number
  /** Bytes before `buf[0]` that were read and are gone. */
  #dropped = 0
  /** How far the checksum has come. */
  #summed: number
  readonly #crc = new Crc64()
  readonly #source: RdbSource | undefined
  readonly #digits = new Uint8Array(INT32_TEXT_BYTES_MAX)
  #unpacked = new Uint8Array(0)

  stringBuf: Uint8Array
  stringStart = 0
  stringLength = 0

  /** @param from bytes, of which those from `start` to `end` are read, or a source */
  constructor(from: Uint8Array | RdbSource, start = 0, end?: number) {
    if (typeof from === 'function') {
      this.#source = from
      this.buf = new Uint8Array(SOURCE_BYTES)
      this.#end = start
    } else {
      this.buf = from
      this.#end = end ?? from.length
    }
    this.position = start
    this.#summed = start
    this.stringBuf = this.buf
  }

  /** Bytes read so far. */
  get bytesRead(): number {
    return this.#dropped + this.position
  }

  /** Whether everything was read. */
  get atEnd(): boolean {
    if (this.position < this.#end) return false
    return this.#source === undefined || !this.#fill(1)
  }

  /** Sees to it that `bytes` bytes are in the buffer from `position` on. */
  need(bytes: number): void {
    if (this.#end - this.position >= bytes) return
    if (this.#source === undefined || !this.#fill(bytes)) throw new RdbError('unexpected end')
  }

  /** Gets bytes from the source until `bytes` are there. The buffer grows only as they come. */
  #fill(bytes: number): boolean {
    const source = this.#source as RdbSource
    this.#sum()
    this.buf.copyWithin(0, this.position, this.#end)
    this.#dropped += this.position
    this.#end -= this.position
    this.position = 0
    this.#summed = 0
    while (this.#end < bytes) {
      if (this.#end === this.buf.length) {
        const next = new Uint8Array(Math.min(Math.max(bytes, SOURCE_BYTES), this.buf.length * 2))
        next.set(this.buf)
        this.buf = next
      }
      const got = source(this.buf, this.#end, this.buf.length - this.#end)
      if (got === 0) return false
      this.#end += got
    }
    return true
  }

  #sum(): void {
    this.#crc.update(this.buf, this.#summed, this.position - this.#summed)
    this.#summed = this.position
  }

  /**
   * Reads a checksum.
   * @param mayBeZero 0 stands for no checksum
   * @returns whether it is that of all that was read before
   */
  checksum(mayBeZero = false): boolean {
    this.need(CRC64_BYTES)
    this.#sum()
    const at = this.position
    this.position += CRC64_BYTES
    return this.#crc.matches(this.buf, at) || (mayBeZero && isZero(this.buf, at, CRC64_BYTES))
  }

  byte(): number {
    this.need(1)
    return this.buf[this.position++]
  }

  /** Reads bytes as they are. @returns their position in `buf`, valid until the next read */
  raw(bytes: number): number {
    this.need(bytes)
    const at = this.position
    this.position += bytes
    return at
  }

  /** @returns a whole number of 0 to 2^53 - 1 */
  length(): number {
    const first = this.byte()
    if (first >= 0xc0) throw new RdbError('a length was expected')
    return this.#lengthFrom(first)
  }

  #lengthFrom(first: number): number {
    if (first < 0x40) return first
    if (first < 0x80) return ((first & 63) << 8) | this.byte()
    if (first === 0x80) return this.#word(this.raw(4))
    if (first !== 0x81) throw new RdbError('unknown form of a length')
    const at = this.raw(8)
    const value = this.#word(at) * 2 ** 32 + this.#word(at + 4)
    if (!Number.isSafeInteger(value)) throw new RdbError('a length is out of range')
    return value
  }

  /** @returns a whole number of 64 bits, unsigned */
  length64(): bigint {
    this.need(1)
    if (this.buf[this.position] !== 0x81) return BigInt(this.length())
    const at = this.raw(9) + 1
    return (BigInt(this.#word(at)) << 32n) | BigInt(this.#word(at + 4))
  }

  /** 32 bits, big-endian, unsigned. */
  #word(at: number): number {
    const { buf } = this
    return ((buf[at] << 24) | (buf[at + 1] << 16) | (buf[at + 2] << 8) | buf[at + 3]) >>> 0
  }

  /** 32 bits, little-endian, signed. */
  #int32(at: number): number {
    const { buf } = this
    return buf[at] | (buf[at + 1] << 8) | (buf[at + 2] << 16) | (buf[at + 3] << 24)
  }

  /** A string of any form. */
  string(): void {
    const first = this.byte()
    if (first < 0xc0) {
      const length = this.#lengthFrom(first)
      const at = this.raw(length)
      return this.#pointTo(this.buf, at, length)
    }
    switch (first & 63) {
      case INT8:
        return this.#number((this.byte() << 24) >> 24)
      case INT16: {
        const at = this.raw(2)
        return this.#number(((this.buf[at] | (this.buf[at + 1] << 8)) << 16) >> 16)
      }
      case INT32:
        return this.#number(this.#int32(this.raw(4)))
      case LZF:
        return this.#compressed()
      default:
        throw new RdbError('unknown form of a string')
    }
  }

  #pointTo(buf: Uint8Array, start: number, length: number): void {
    this.stringBuf = buf
    this.stringStart = start
    this.stringLength = length
  }

  #number(value: number): void {
    this.#pointTo(this.#digits, 0, writeInteger(this.#digits, 0, value))
  }

  #compressed(): void {
    const packedLength = this.length()
    const length = this.length()
    const at = this.raw(packedLength)
    if (length > lzfOutputMax(packedLength)) throw new RdbError('a compressed string is damaged')
    if (this.#unpacked.length < length) this.#unpacked = room(length)
    if (!lzfDecompress(this.buf, at, packedLength, this.#unpacked, 0, length)) {
      throw new RdbError('a compressed string is damaged')
    }
    this.#pointTo(this.#unpacked, 0, length)
  }

  /** A copy of a string of any form. */
  stringCopy(): Uint8Array {
    this.string()
    return this.stringBuf.slice(this.stringStart, this.stringStart + this.stringLength)
  }

  double(): number {
    const at = this.raw(8)
    return new DataView(this.buf.buffer, this.buf.byteOffset + at, 8).getFloat64(0, true)
  }

  float(): number {
    const at = this.raw(4)
    return new DataView(this.buf.buffer, this.buf.byteOffset + at, 4).getFloat32(0, true)
  }

  /** A double as servers before RDB version 8 wrote it. */
  textDouble(): number {
    const length = this.byte()
    if (length === 253) return Number.NaN
    if (length === 254) return Infinity
    if (length === 255) return -Infinity
    const value = parseDouble(this.buf, this.raw(length), length)
    if (Number.isNaN(value)) throw new RdbError('a number was expected')
    return value
  }

  /** 64 bits, signed; beyond ±2^53 the nearest double. */
  milliseconds(): number {
    const at = this.raw(8)
    return this.#int32(at + 4) * 2 ** 32 + (this.#int32(at) >>> 0)
  }

  /** 32 bits, signed. */
  seconds(): number {
    return this.#int32(this.raw(4))
  }
}

function isZero(buf: Uint8Array, start: number, length: number): boolean {
  for (let i = start; i < start + length; i++) if (buf[i] !== 0) return false
  return true
}

function room(bytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes)
  } catch {
    throw new RdbError('a compressed string is too long for this machine')
  }
}
