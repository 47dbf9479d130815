/** JSON writer: nodes to text, compact or with the indentation that JSON.GET takes. */

import {
  contentStart,
  DOCUMENT_BYTES_MAX,
  KIND_OBJECT,
  nodeEnd,
  TAG_NULL,
  TAG_TRUE,
  textLength,
  textStart,
} from './node.ts'

export interface JsonFormat {
  /** Put in front of a line, once for each level. */
  readonly indent: Uint8Array
  /** Put behind each element. */
  readonly newline: Uint8Array
  /** Put behind the colon. */
  readonly space: Uint8Array
}

/** A text becomes too large by what a format puts between its values. The caller answers with `TEXT_TOO_LARGE`. */
export class TextTooLarge extends Error {}

export const TEXT_TOO_LARGE = 'ERR the reply would be larger than 512 MB'

/** A larger buffer is not kept from one text to the next. */
const KEPT_BYTES = 256 * 1024
/** What a scalar takes besides its text: quotes, comma, colon, or a literal. */
const SCALAR_BYTES = 16
const COMMA = 44
const QUOTE = 34

export class JsonWriter {
  buf: Uint8Array = new Uint8Array(16 * 1024)
  length = 0
  format: JsonFormat | undefined

  begin(format?: JsonFormat): void {
    this.length = 0
    this.format = format
    this.release()
  }

  /** Lets go of a large buffer, and of what is in it. */
  release(): void {
    if (this.buf.length <= KEPT_BYTES) return
    this.buf = new Uint8Array(KEPT_BYTES)
    this.length = 0
  }

  bytes(): Uint8Array {
    return this.buf.slice(0, this.length)
  }

  #ensure(bytes: number): void {
    const needed = this.length + bytes
    if (needed <= this.buf.length) return
    const larger = new Uint8Array(needed + (needed >> 1))
    larger.set(this.buf.subarray(0, this.length))
    this.buf = larger
  }

  /** One byte of punctuation. */
  byte(value: number): void {
    this.#ensure(1)
    this.buf[this.length++] = value
  }

  raw(bytes: Uint8Array): void {
    this.#ensure(bytes.length)
    this.buf.set(bytes, this.length)
    this.length += bytes.length
  }

  ascii(text: string): void {
    this.#ensure(text.length)
    for (let i = 0; i < text.length; i++) this.buf[this.length++] = text.charCodeAt(i)
  }

  /** The beginning of a line, where lines are asked for. */
  line(level: number): void {
    if (this.format === undefined) return
    this.#filling(this.format.newline)
    for (let i = 0; i < level; i++) this.#filling(this.format.indent)
  }

  #filling(bytes: Uint8Array): void {
    if (this.length + bytes.length > DOCUMENT_BYTES_MAX) throw new TextTooLarge()
    this.raw(bytes)
  }

  colon(): void {
    this.byte(58)
    if (this.format !== undefined) this.#filling(this.format.space)
  }

  /** A value. @param level how many containers it is in, for the indentation */
  node(buf: Uint8Array, at: number, level = 0): void {
    const kind = buf[at] >> 5
    if (kind < 5) this.#scalar(buf, at, kind)
    else if (this.format === undefined) this.#compact(buf, at, kind)
    else this.#lines(buf, at, level)
  }

  #scalar(buf: Uint8Array, at: number, kind: number): void {
    if (kind === 0) {
      this.ascii(buf[at] === TAG_NULL ? 'null' : buf[at] === TAG_TRUE ? 'true' : 'false')
      return
    }
    const info = buf[at] & 31
    const isShort = kind < 3 || info < 29
    const length = isShort ? info : textLength(buf, at)
    const start = isShort ? at + 1 : textStart(buf, at)
    if (this.length + length + SCALAR_BYTES > this.buf.length) this.#ensure(length + SCALAR_BYTES)
    const out = this.buf
    let to = this.length
    if (kind >= 3) out[to++] = QUOTE
    if (length < 64) for (let i = start; i < start + length; i++) out[to++] = buf[i]
    else {
      out.set(buf.subarray(start, start + length), to)
      to += length
    }
    if (kind >= 3) out[to++] = QUOTE
    this.length = to
  }

  #compact(buf: Uint8Array, at: number, kind: number): void {
    const end = nodeEnd(buf, at)
    const isObject = kind === KIND_OBJECT
    let child = contentStart(buf, at)
    this.byte(isObject ? 123 : 91)
    while (child < end) {
      if (isObject) {
        this.#scalar(buf, child, buf[child] >> 5)
        this.buf[this.length++] = 58
        child = nodeEnd(buf, child)
      }
      const childKind = buf[child] >> 5
      if (childKind < 5) this.#scalar(buf, child, childKind)
      else this.#compact(buf, child, childKind)
      child = nodeEnd(buf, child)
      if (child < end) this.byte(COMMA)
    }
    this.byte(isObject ? 125 : 93)
  }

  #lines(buf: Uint8Array, at: number, level: number): void {
    const end = nodeEnd(buf, at)
    const isObject = buf[at] >> 5 === KIND_OBJECT
    let child = contentStart(buf, at)
    const isEmpty = child === end
    this.byte(isObject ? 123 : 91)
    while (child < end) {
      this.line(level + 1)
      if (isObject) {
        this.#scalar(buf, child, buf[child] >> 5)
        this.colon()
        child = nodeEnd(buf, child)
      }
      this.node(buf, child, level + 1)
      child = nodeEnd(buf, child)
      if (child < end) this.byte(COMMA)
    }
    if (!isEmpty) this.line(level)
    this.byte(isObject ? 125 : 93)
  }
}

const shared = new JsonWriter()

/** The text of a node, as bytes of its own. */
export function jsonText(buf: Uint8Array, at: number): Uint8Array {
  shared.begin()
  shared.node(buf, at)
  const text = shared.bytes()
  shared.release()
  return text
}

/** The shared writer, begun anew: what it holds must be copied before anybody else writes. To be released at last. */
export function sharedWriter(format?: JsonFormat): JsonWriter {
  shared.begin(format)
  return shared
}
