/**
 * Reply writer: every reply type of RESP3, each with the form that a RESP2 client gets instead, into one growing
 * buffer.
 *
 *     type            RESP3                 RESP2
 *     nil             _\r\n                 $-1\r\n      (nullArray: *-1\r\n)
 *     boolean         #t\r\n                :1\r\n
 *     double          ,1.5\r\n              $3\r\n1.5\r\n
 *     big number      (123\r\n              $3\r\n123\r\n
 *     verbatim        =7\r\ntxt:abc\r\n     $3\r\nabc\r\n
 *     map             %N                    *2N
 *     set, push       ~N, >N                *N
 *     attribute       |N                    not written at all (check `resp` first)
 *
 * `resp` says which of the two is written and may change between replies. Counts are of pairs for maps.
 *
 * A buffer that would have to grow beyond a megabyte is first offered to the outlet, if there is one: a reply of many
 * large values leaves in parts, each copied once, and whoever sends them can count them.
 *
 * Source: https://valkey.io/topics/protocol/
 */

import { copyBytes } from './copy.ts'
import { DOUBLE_BYTES_MAX, writeDouble } from './double.ts'
import { dropBuffer } from './drop-buffer.ts'
import { integerLength, writeInteger } from './integer.ts'
import { utf8Length, writeUtf8 } from './utf8.ts'

const CR = 13
const LF = 10
const CAPACITY_INITIAL = 16 * 1024
/** What waits for the outlet is not worth a part of its own below this. */
const SPILL_BYTES = 512 * 1024

/** Takes replies before they are complete. */
export interface ReplyOutlet {
  /** Takes the bytes from `start` on, and sets `pos` back to it. @returns false when it cannot do so now */
  spill(start: number): boolean
}

export class ReplyWriter {
  buf: Uint8Array
  /** Bytes written so far. */
  pos = 0
  /** Protocol version of the client: 2 or 3. */
  resp: 2 | 3 = 2
  outlet: ReplyOutlet | undefined
  /** Where the outlet's bytes begin. */
  outletStart = 0
  /** Somebody else needs the present buffer, too: it is left as it is. */
  isLent = false
  /** Bytes that the outlet has taken: when it has, what was written since a mark cannot be taken back. */
  spilledBytes = 0

  constructor(capacityBytes = CAPACITY_INITIAL) {
    this.buf = new Uint8Array(capacityBytes)
  }

  /** Goes on in a new buffer with the same contents up to `pos`, because somebody else needs the present one. */
  replaceBuffer(): void {
    this.buf = this.pos === 0 ? new Uint8Array(CAPACITY_INITIAL) : this.buf.slice()
    this.isLent = false
  }

  /** Makes room for `bytes` more bytes. */
  ensure(bytes: number): void {
    const need = this.pos + bytes
    if (need > this.buf.length) this.#grow(need)
  }

  #grow(need: number): void {
    const { outlet, outletStart, pos } = this
    if (outlet !== undefined && pos - outletStart >= SPILL_BYTES && outlet.spill(outletStart)) {
      this.spilledBytes += pos - this.pos
      const rest = need - pos + this.pos
      // Small values fill parts of a megabyte; a large one has a part of its own, of its size.
      return this.#resize(rest > SPILL_BYTES / 2 ? rest : 2 * SPILL_BYTES)
    }
    this.#resize(Math.max(need, this.buf.length * 2))
  }

  #resize(capacity: number): void {
    if (capacity <= this.buf.length) return
    const next = new Uint8Array(capacity)
    next.set(this.buf.subarray(0, this.pos))
    if (!this.isLent) dropBuffer(this.buf)
    this.isLent = false
    this.buf = next
  }

  /** `+text`; one byte per character, with blanks for line ends and for characters beyond 255. */
  simple(text: string): void {
    this.ensure(text.length + 3)
    this.buf[this.pos++] = 43
    this.#line(text)
  }

  ok(): void {
    this.ensure(5)
    const { buf, pos } = this
    buf[pos] = 43
    buf[pos + 1] = 79
    buf[pos + 2] = 75
    buf[pos + 3] = CR
    buf[pos + 4] = LF
    this.pos = pos + 5
  }

  /**
   * `-text`: the whole text with its code (`ERR ...`), one byte per character, so that bytes of the client's that are
   * quoted in it come back as they were. Line ends become blanks, so that nothing can be injected; so do characters
   * beyond 255, whose low byte could be a line end.
   */
  error(text: string): void {
    this.ensure(text.length + 3)
    this.buf[this.pos++] = 45
    this.#line(text)
  }

  /** `:value`; a whole number within ±2^53. */
  integer(value: number): void {
    this.ensure(24)
    this.buf[this.pos] = 58
    this.pos = writeInteger(this.buf, this.pos + 1, value)
    this.#crlf()
  }

  /** An integer; beyond 64 bits a big number of RESP3, or its digits as a bulk string in RESP2. */
  bigInteger(value: bigint): void {
    if (value !== BigInt.asIntN(64, value)) return this.#bigNumber(value.toString())
    this.ensure(24)
    this.buf[this.pos++] = 58
    this.#ascii(value.toString())
    this.#crlf()
  }

  #bigNumber(digits: string): void {
    if (this.resp === 2) return this.bulkString(digits)
    this.ensure(digits.length + 4)
    this.buf[this.pos++] = 40
    this.#ascii(digits)
    this.#crlf()
  }

  /** A bulk string of the bytes `source[start .. start + length)`. */
  bulk(source: Uint8Array, start = 0, length = source.length - start): void {
    this.ensure(length + 16)
    this.#header(36, length)
    this.#bytes(source, start, length)
    this.#crlf()
  }

  /** A bulk string of `text` in UTF-8. */
  bulkString(text: string): void {
    const length = utf8Length(text)
    this.ensure(length + 16)
    this.#header(36, length)
    this.pos = writeUtf8(this.buf, this.pos, text)
    this.#crlf()
  }

  /** A bulk string that holds the decimal digits of a whole number within ±2^53. */
  bulkInteger(value: number): void {
    this.ensure(40)
    const digits = integerLength(value)
    this.#header(36, digits)
    this.pos = writeInteger(this.buf, this.pos, value)
    this.#crlf()
  }

  nil(): void {
    this.ensure(5)
    const { buf } = this
    if (this.resp === 3) {
      buf[this.pos++] = 95
    } else {
      buf[this.pos++] = 36
      buf[this.pos++] = 45
      buf[this.pos++] = 49
    }
    this.#crlf()
  }

  nullArray(): void {
    if (this.resp === 3) return this.nil()
    this.ensure(5)
    this.#ascii('*-1')
    this.#crlf()
  }

  array(count: number): void {
    this.ensure(16)
    this.#header(42, count)
  }

  /** @param count pairs; that many keys and values follow in turn */
  map(count: number): void {
    this.ensure(16)
    if (this.resp === 3) this.#header(37, count)
    else this.#header(42, count * 2)
  }

  set(count: number): void {
    this.ensure(16)
    this.#header(this.resp === 3 ? 126 : 42, count)
  }

  push(count: number): void {
    this.ensure(16)
    this.#header(this.resp === 3 ? 62 : 42, count)
  }

  /** RESP3 only; the caller asks `resp` first, because RESP2 has no place for attributes. */
  attribute(count: number): void {
    if (this.resp !== 3) throw new Error('attributes exist in RESP3 only')
    this.ensure(16)
    this.#header(124, count)
  }

  boolean(value: boolean): void {
    if (this.resp !== 3) return this.integer(value ? 1 : 0)
    this.ensure(4)
    this.buf[this.pos++] = 35
    this.buf[this.pos++] = value ? 116 : 102
    this.#crlf()
  }

  double(value: number): void {
    this.ensure(DOUBLE_BYTES_MAX + 8)
    const { buf, pos } = this
    if (this.resp === 3) {
      buf[pos] = 44
      this.pos = writeDouble(buf, pos + 1, value)
    } else {
      // `$NN\r\n` is five bytes, `$N\r\n` four: written where the longer one ends, and moved back if need be.
      const start = pos + 5
      const length = writeDouble(buf, start, value) - start
      this.#header(36, length)
      if (length < 10) for (let i = start; i < start + length; i++) buf[i - 1] = buf[i]
      this.pos += length
    }
    this.#crlf()
  }

  bigNumber(value: bigint): void {
    const text = value.toString()
    if (this.resp !== 3) return this.bulkString(text)
    this.ensure(text.length + 3)
    this.buf[this.pos++] = 40
    this.#ascii(text)
    this.#crlf()
  }

  /** @param format three letters: `txt` or `mkd` */
  verbatim(format: string, text: string): void {
    if (this.resp !== 3) return this.bulkString(text)
    const length = utf8Length(text)
    this.ensure(length + 20)
    this.#header(61, length + 4)
    this.#ascii(format)
    this.buf[this.pos++] = 58
    this.pos = writeUtf8(this.buf, this.pos, text)
    this.#crlf()
  }

  /** As `verbatim`, of text in UTF-8. */
  verbatimBytes(format: string, source: Uint8Array, start = 0, length = source.length - start): void {
    if (this.resp !== 3) return this.bulk(source, start, length)
    this.ensure(length + 20)
    this.#header(61, length + 4)
    this.#ascii(format)
    this.buf[this.pos++] = 58
    this.#bytes(source, start, length)
    this.#crlf()
  }

  /** Bytes that are RESP already. */
  raw(source: Uint8Array, start = 0, length = source.length - start): void {
    this.ensure(length)
    this.#bytes(source, start, length)
  }

  #bytes(source: Uint8Array, start: number, length: number): void {
    copyBytes(source, start, length, this.buf, this.pos)
    this.pos += length
  }

  #header(type: number, count: number): void {
    this.buf[this.pos] = type
    this.pos = writeInteger(this.buf, this.pos + 1, count)
    this.#crlf()
  }

  #line(text: string): void {
    const { buf } = this
    let { pos } = this
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i)
      buf[pos++] = c === CR || c === LF || c > 255 ? 32 : c
    }
    this.pos = pos
    this.#crlf()
  }

  #ascii(text: string): void {
    const { buf, pos } = this
    for (let i = 0; i < text.length; i++) buf[pos + i] = text.charCodeAt(i)
    this.pos = pos + text.length
  }

  #crlf(): void {
    this.buf[this.pos] = CR
    this.buf[this.pos + 1] = LF
    this.pos += 2
  }
}
