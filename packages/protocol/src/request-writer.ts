/**
 * Request writer: commands as RESP arrays of bulk strings, the form in which clients send them.
 *
 *     request(['SET', 'n', 1])      *3\r\n$3\r\nSET\r\n$1\r\nn\r\n$1\r\n1\r\n
 *
 * Source: https://valkey.io/topics/protocol/
 */

import { integerLength, writeInteger } from './integer.ts'
import { utf8Length, writeUtf8 } from './utf8.ts'

/**
 * Text is sent in UTF-8 and bytes as they are; numbers in decimal, with the digits that read back equal, and `inf`,
 * `-inf` and `nan` as the server reads them.
 */
export type RequestArgument = string | Uint8Array | number | bigint

const CAPACITY_INITIAL = 1024
/** `*`, ten digits, line end, or the same for a bulk with the line end behind it; rounded up. */
const HEADER_BYTES_MAX = 24

export class RequestWriter {
  buf: Uint8Array
  /** Bytes written so far; set it to 0 once they are sent. */
  pos = 0

  constructor(capacityBytes = CAPACITY_INITIAL) {
    this.buf = new Uint8Array(capacityBytes)
  }

  /**
   * Appends one request.
   * @throws TypeError for no arguments at all, and for one of another type; nothing is written then
   */
  request(args: readonly RequestArgument[]): void {
    if (args.length === 0) throw new TypeError('a request has at least the name of its command')
    const start = this.pos
    this.#header(42, args.length, 0)
    for (let i = 0; i < args.length; i++) {
      const arg = args[i]
      if (typeof arg === 'string') this.#text(arg)
      else if (arg instanceof Uint8Array) this.#bytes(arg)
      else if (typeof arg === 'number') this.#number(arg)
      else if (typeof arg === 'bigint') this.#text(arg.toString())
      else {
        this.pos = start
        throw new TypeError(`argument ${i} of the request is neither text, bytes nor a number`)
      }
    }
  }

  /** A copy of the bytes written so far. */
  bytes(): Uint8Array {
    return this.buf.slice(0, this.pos)
  }

  #text(text: string): void {
    const length = utf8Length(text)
    this.#header(36, length, length)
    this.pos = writeUtf8(this.buf, this.pos, text)
    this.#lineEnd()
  }

  #bytes(bytes: Uint8Array): void {
    this.#header(36, bytes.length, bytes.length)
    this.buf.set(bytes, this.pos)
    this.pos += bytes.length
    this.#lineEnd()
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) return this.#text(numberText(value))
    const length = integerLength(value)
    this.#header(36, length, length)
    this.pos = writeInteger(this.buf, this.pos, value)
    this.#lineEnd()
  }

  /** Makes room for the header and `bodyBytes` with their line end, and writes the header. */
  #header(type: number, count: number, bodyBytes: number): void {
    const need = this.pos + HEADER_BYTES_MAX + bodyBytes
    if (need > this.buf.length) {
      const next = new Uint8Array(Math.max(need, this.buf.length * 2))
      next.set(this.buf.subarray(0, this.pos))
      this.buf = next
    }
    this.buf[this.pos] = type
    this.pos = writeInteger(this.buf, this.pos + 1, count)
    this.#lineEnd()
  }

  #lineEnd(): void {
    this.buf[this.pos] = 13
    this.buf[this.pos + 1] = 10
    this.pos += 2
  }
}

/** One request as bytes; see `RequestWriter.request`. */
export function encodeRequest(args: readonly RequestArgument[]): Uint8Array {
  const writer = new RequestWriter(256)
  writer.request(args)
  return writer.bytes()
}

function numberText(value: number): string {
  if (value === Infinity) return 'inf'
  if (value === -Infinity) return '-inf'
  if (Number.isNaN(value)) return 'nan'
  return Object.is(value, -0) ? '-0' : String(value)
}
