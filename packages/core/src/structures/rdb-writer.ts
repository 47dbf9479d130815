/**
 * RDB writer: the primitives that RDB files and DUMP payloads are made of.
 *
 *     length   00LLLLLL             below 2^6        string   length, bytes
 *              01LLLLLL L           below 2^14                0xc0 i8                  text of a number
 *              0x80 LLLL            below 2^32                0xc1 i16                 likewise
 *              0x81 LLLLLLLL        64 bits                   0xc2 i32                 likewise
 *                                                             0xc3 length, length, ..  LZF: packed, unpacked length
 *     double   8 bytes, IEEE 754    time     8 bytes, milliseconds, signed
 *
 * Lengths are big-endian, numbers, doubles and times little-endian.
 *
 * Everything goes into one buffer. With a sink, the buffer is handed over whenever it is full, so that an image of any
 * size takes little memory; without one, it grows, and `bytes` is the result. The checksum covers what was written.
 *
 * Source: "Redis RDB Dump File Format" of the redis-rdb-tools project, and payloads of Valkey 9.1.
 */

import { copyBytes, writeInteger } from '@kvasir/protocol'
import { CRC64_BYTES, Crc64 } from './crc64.ts'
import { parseSafeInteger } from './decimal.ts'
import { lzfCompress } from './lzf.ts'

/** Takes bytes that are finished; they are valid during the call. */
export type RdbSink = (buf: Uint8Array, start: number, length: number) => void

const START_BYTES = 256
/** With a sink: the buffer's size, and the longest string that goes through it. */
const SINK_BYTES = 64 * 1024
/** Shorter strings are not worth an attempt to compress them, as in Redis. */
const COMPRESS_BYTES_MIN = 21
/** A compressed string has to save this much. */
const COMPRESS_GAIN_MIN = 4
/** Room for compressing is kept up to this size. */
const PACKED_BYTES_KEPT = 1024 * 1024
const NUMBER_TEXT_BYTES_MAX = 20
const INT32_TEXT_BYTES_MAX = 11

export class RdbWriter {
  #buf: Uint8Array
  #view: DataView
  #length = 0
  #written = 0
  #packed = new Uint8Array(0)
  readonly #digits = new Uint8Array(NUMBER_TEXT_BYTES_MAX)
  readonly #crc = new Crc64()
  readonly #sink: RdbSink | undefined
  /** Whether strings are compressed where that makes them shorter. */
  readonly compresses: boolean

  constructor(compresses = true, sink?: RdbSink) {
    this.compresses = compresses
    this.#sink = sink
    this.#buf = new Uint8Array(sink === undefined ? START_BYTES : SINK_BYTES)
    this.#view = new DataView(this.#buf.buffer)
  }

  /** Bytes written in all. */
  get bytesWritten(): number {
    return this.#written + this.#length
  }

  /** What was written and not handed over. Valid until something else is written. */
  get bytes(): Uint8Array {
    return this.#buf.subarray(0, this.#length)
  }

  /** Hands over what is finished. */
  flush(): void {
    if (this.#sink === undefined || this.#length === 0) return
    this.#crc.update(this.#buf, 0, this.#length)
    this.#sink(this.#buf, 0, this.#length)
    this.#written += this.#length
    this.#length = 0
  }

  #ensure(bytes: number): void {
    if (this.#length + bytes <= this.#buf.length) return
    if (this.#sink !== undefined) {
      this.flush()
      if (bytes <= this.#buf.length) return
    }
    const next = new Uint8Array(Math.max(this.#length + bytes, this.#buf.length * 2))
    next.set(this.bytes)
    this.#buf = next
    this.#view = new DataView(next.buffer)
  }

  byte(value: number): void {
    this.#ensure(1)
    this.#buf[this.#length++] = value
  }

  /** Bytes as they are. */
  raw(buf: Uint8Array, start: number, length: number): void {
    if (this.#sink !== undefined && length > SINK_BYTES) {
      this.flush()
      this.#crc.update(buf, start, length)
      this.#sink(buf, start, length)
      this.#written += length
      return
    }
    this.#ensure(length)
    copyBytes(buf, start, length, this.#buf, this.#length)
    this.#length += length
  }

  /** @param value a whole number, 0 to 2^53 */
  length(value: number): void {
    this.#ensure(9)
    const buf = this.#buf
    if (value < 64) buf[this.#length++] = value
    else if (value < 16384) {
      buf[this.#length++] = 0x40 | (value >> 8)
      buf[this.#length++] = value
    } else if (value < 2 ** 32) {
      buf[this.#length] = 0x80
      this.#view.setUint32(this.#length + 1, value)
      this.#length += 5
    } else {
      buf[this.#length] = 0x81
      this.#view.setUint32(this.#length + 1, Math.floor(value / 2 ** 32))
      this.#view.setUint32(this.#length + 5, value % 2 ** 32)
      this.#length += 9
    }
  }

  /** @param value 0 to 2^64 - 1 */
  length64(value: bigint): void {
    if (value < 2n ** 53n) return this.length(Number(value))
    this.#ensure(9)
    this.#buf[this.#length] = 0x81
    this.#view.setBigUint64(this.#length + 1, value)
    this.#length += 9
  }

  /** A number of 64 bits, unsigned, as two halves of 32 bits. */
  lengthOfHalves(high: number, low: number): void {
    this.length64((BigInt(high) << 32n) | BigInt(low))
  }

  /** A string in its shortest form. */
  string(buf: Uint8Array, start: number, length: number): void {
    if (length <= INT32_TEXT_BYTES_MAX) {
      const value = parseSafeInteger(buf, start, length)
      if (value === (value | 0)) return this.#int32(value)
    }
    if (this.compresses && length >= COMPRESS_BYTES_MIN && this.#compressed(buf, start, length)) return
    this.length(length)
    this.raw(buf, start, length)
  }

  /** A string that is the text of a whole number within ±2^53. */
  integer(value: number): void {
    if (value === (value | 0)) return this.#int32(value)
    const length = writeInteger(this.#digits, 0, value)
    this.length(length)
    this.raw(this.#digits, 0, length)
  }

  /** A string, given with one character per byte. */
  text(text: string): void {
    const bytes = new Uint8Array(text.length)
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
    this.string(bytes, 0, bytes.length)
  }

  #int32(value: number): void {
    this.#ensure(5)
    if (value === (value << 24) >> 24) {
      this.#buf[this.#length] = 0xc0
      this.#buf[this.#length + 1] = value
      this.#length += 2
    } else if (value === (value << 16) >> 16) {
      this.#buf[this.#length] = 0xc1
      this.#view.setInt16(this.#length + 1, value, true)
      this.#length += 3
    } else {
      this.#buf[this.#length] = 0xc2
      this.#view.setInt32(this.#length + 1, value, true)
      this.#length += 5
    }
  }

  #compressed(buf: Uint8Array, start: number, length: number): boolean {
    if (this.#packed.length < length) this.#packed = new Uint8Array(Math.max(length, START_BYTES))
    const packed = this.#packed
    if (packed.length > PACKED_BYTES_KEPT) this.#packed = new Uint8Array(0)
    const packedLength = lzfCompress(buf, start, length, packed, 0, length - COMPRESS_GAIN_MIN)
    if (packedLength === 0) return false
    this.byte(0xc3)
    this.length(packedLength)
    this.length(length)
    this.raw(packed, 0, packedLength)
    return true
  }

  double(value: number): void {
    this.#ensure(8)
    this.#view.setFloat64(this.#length, value, true)
    this.#length += 8
  }

  float(value: number): void {
    this.#ensure(4)
    this.#view.setFloat32(this.#length, value, true)
    this.#length += 4
  }

  /** @param value a whole number within ±2^53 */
  milliseconds(value: number): void {
    this.#ensure(8)
    const high = Math.floor(value / 2 ** 32)
    this.#view.setUint32(this.#length, value - high * 2 ** 32, true)
    this.#view.setInt32(this.#length + 4, high, true)
    this.#length += 8
  }

  /** The CRC of all that was written so far. */
  checksum(): void {
    this.flush()
    const crc = this.#crc
    if (this.#sink === undefined) {
      crc.reset()
      crc.update(this.#buf, 0, this.#length)
    }
    this.#ensure(CRC64_BYTES)
    crc.write(this.#buf, this.#length)
    this.#length += CRC64_BYTES
  }
}
