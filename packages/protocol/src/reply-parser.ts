/**
 * Reply parser: turns the bytes that a server sends, RESP2 or RESP3 in any mixture, into values that keep their RESP
 * type (`Reply` in reply.ts).
 *
 * Bytes go in as they come, cut anywhere; whole replies come out. A reply half received is a stack of open aggregates,
 * one frame each, never a recursion, and goes on where it stopped:
 *
 *     *2\r\n :1\r\n *2\r\n +a\r\n          frames: [array, 1 left, items: [1]] [array, 1 left, items: ['a']]
 *
 * It understands what the specification has beyond the servers of today: streamed strings and aggregates, `$?` and
 * `*?`. It is strict: a line end is CR LF, a number is all digits and within its range.
 *
 * Limits: depth, length of a line and of a bulk, number of parts. Memory grows with the bytes that have come, never
 * with the numbers that they announce, and each byte is looked at a bounded number of times.
 *
 * Source: https://valkey.io/topics/protocol/ and the RESP3 specification that it links to.
 */

import type { Reply, ReplyEntry } from './reply.ts'
import { NEED_MORE, PROTOCOL_ERROR } from './request-parser.ts'
import { readLatin1, readUtf8 } from './utf8.ts'

/** A whole reply stands in `reply`. */
export const REPLY = 1

export interface ReplyParserOptions<K extends 'bytes' | 'text' = 'bytes' | 'text'> {
  /**
   * What bulk strings are. `bytes`, the default: copies of the bytes, and lines (simple strings, errors) are text with
   * one character per byte. `text`: both are read as UTF-8.
   */
  strings?: K
  /** Most aggregates within each other; 1,024. */
  depthMax?: number
  /** Longest bulk string, bytes; 512 MB. */
  bulkBytesMax?: number
  /** Longest line without its line end, bytes; 1 MB. */
  lineBytesMax?: number
  /** Most parts of one aggregate, pairs for maps; 2^31 - 1. */
  countMax?: number
}

type Text<K> = K extends 'text' ? string : Uint8Array
type Value = Reply<Uint8Array | string>
type Entry = ReplyEntry<Uint8Array | string>
type Aggregate = 'array' | 'set' | 'push' | 'map' | 'attribute'

/** An aggregate of which parts are still to come. */
interface Frame {
  type: Aggregate
  /** Parts to come, keys and values counted alone; STREAMED until the end mark for a streamed one. */
  left: number
  items: Value[]
  entries: Entry[]
  /** The key that waits for its value, in a map. */
  key: Value | undefined
  attributes: Entry[] | undefined
}

const STREAMED = -1
const CR = 13
const LF = 10
const CAPACITY_INITIAL = 4096
/** An empty buffer over this size is given back. */
const CAPACITY_KEPT = 64 * 1024
/** Most characters of a number other than a big one; a double as `%.17f` can have 327. */
const NUMBER_CHARS_MAX = 400
/** Most digits of a big number: reading them takes time that grows faster than their count. */
const BIG_NUMBER_CHARS_MAX = 16 * 1024
const EMPTY = new Uint8Array(0)

const COUNT = /^\d+$/
const DECIMAL = /^[+-]?\d+$/
const DOUBLE = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i

export class ReplyParser<K extends 'bytes' | 'text' = 'bytes'> {
  /** After REPLY: the reply. */
  reply!: Reply<Text<K>>
  /** After PROTOCOL_ERROR: what is wrong. The stream cannot be read any further. */
  error = ''

  readonly #text: boolean
  readonly #depthMax: number
  readonly #bulkBytesMax: number
  readonly #lineBytesMax: number
  readonly #countMax: number

  #buf: Uint8Array = EMPTY
  #pos = 0
  #end = 0
  /** Bytes of the line at `#pos` that hold no line end. */
  #scannedBytes = 0
  /** Type byte of the bulk whose bytes are awaited, with their number; 0 for none. */
  #bulkType = 0
  #bulkLength = 0
  /** Chunks of the streamed string being received. */
  #chunks: Uint8Array[] | undefined
  #chunksBytes = 0
  #frames: Frame[] = []
  /** Attributes of the value that comes next. */
  #attributes: Entry[] | undefined
  #result: Value | undefined

  constructor(options: ReplyParserOptions<K> = {}) {
    this.#text = options.strings === 'text'
    this.#depthMax = options.depthMax ?? 1024
    this.#bulkBytesMax = options.bulkBytesMax ?? 512 * 1024 * 1024
    this.#lineBytesMax = options.lineBytesMax ?? 1024 * 1024
    this.#countMax = options.countMax ?? 2 ** 31 - 1
  }

  /** True between replies: nothing has come of the next one. */
  get idle(): boolean {
    return this.#pos === this.#end && this.#frames.length === 0 && !this.#attributes && !this.#chunks && !this.#bulkType
  }

  /** Size of the parser's buffer, bytes: at most twice the most that ever waited in it, and 64 KB when none do. */
  get capacityBytes(): number {
    return this.#buf.length
  }

  /** Takes the next bytes of the stream; they are copied. */
  write(bytes: Uint8Array): void {
    if (this.#pos === this.#end) {
      this.#pos = 0
      this.#end = 0
      if (this.#buf.length > CAPACITY_KEPT) this.#buf = EMPTY
    }
    if (this.#end + bytes.length > this.#buf.length) this.#makeRoom(bytes.length)
    this.#buf.set(bytes, this.#end)
    this.#end += bytes.length
  }

  #makeRoom(bytes: number): void {
    const waiting = this.#buf.subarray(this.#pos, this.#end)
    const need = waiting.length + bytes
    const capacity = this.#buf.length
    // Once half of the buffer is consumed, those bytes pay for moving the others to its start.
    const stay = need * 2 <= capacity && (capacity <= CAPACITY_KEPT || need * 8 > capacity)
    const next = stay ? this.#buf : new Uint8Array(Math.max(CAPACITY_INITIAL, need * 2))
    next.set(waiting)
    this.#buf = next
    this.#pos = 0
    this.#end = waiting.length
  }

  /** @returns REPLY, NEED_MORE or PROTOCOL_ERROR; after the last the answer stays the same */
  parse(): number {
    if (this.error !== '') return PROTOCOL_ERROR
    for (;;) {
      const step = this.#bulkType !== 0 ? this.#readBulk() : this.#readLine()
      if (this.error !== '') {
        this.#buf = EMPTY
        this.#pos = 0
        this.#end = 0
        return PROTOCOL_ERROR
      }
      if (this.#result !== undefined) {
        this.reply = this.#result as Reply<Text<K>>
        this.#result = undefined
        return REPLY
      }
      if (!step) return NEED_MORE
    }
  }

  /** Reads the bytes of a bulk; false when they have not all come. */
  #readBulk(): boolean {
    const start = this.#pos
    const end = start + this.#bulkLength
    if (this.#end - end < 2) return false
    const type = this.#bulkType
    this.#bulkType = 0
    if (this.#buf[end] !== CR || this.#buf[end + 1] !== LF) return this.#fail('a bulk does not end in CR LF')
    this.#pos = end + 2
    switch (type) {
      case 36: // $
        return this.#deliver({ type: 'bulk', value: this.#string(start, end) })
      case 33: // !
        return this.#deliver({ type: 'bulkError', value: this.#lineText(start, end) })
      case 59: // ;
        this.#chunks?.push(this.#buf.slice(start, end))
        this.#chunksBytes += end - start
        return true
      default: // =
        if (end - start < 4 || this.#buf[start + 3] !== 58) return this.#fail('a verbatim string without its format')
        return this.#deliver({
          type: 'verbatim',
          format: readLatin1(this.#buf, start, start + 3),
          value: this.#string(start + 4, end),
        })
    }
  }

  /** Reads a line and what it says; false when its end has not come. */
  #readLine(): boolean {
    const buf = this.#buf
    const start = this.#pos
    let cr = start + this.#scannedBytes
    while (cr < this.#end && buf[cr] !== CR && buf[cr] !== LF) cr++
    if (cr - start > this.#lineBytesMax + 1) return this.#fail('a line is too long')
    if (buf[cr] === LF && cr < this.#end) return this.#fail('a line feed without carriage return')
    if (cr + 1 >= this.#end) {
      this.#scannedBytes = cr - start
      return false
    }
    if (buf[cr + 1] !== LF) return this.#fail('a carriage return without line feed')
    this.#scannedBytes = 0
    this.#pos = cr + 2
    const type = buf[start]
    if (this.#chunks !== undefined && type !== 59) return this.#fail('a streamed string is interrupted')
    return this.#value(type, start + 1, cr)
  }

  /** Handles the line of this type whose rest is `start .. end`. */
  #value(type: number, start: number, end: number): boolean {
    switch (type) {
      case 43: // +
        return this.#deliver({ type: 'simple', value: this.#lineText(start, end) })
      case 45: // -
        return this.#deliver({ type: 'error', value: this.#lineText(start, end) })
      case 58: // :
        return this.#integer(start, end)
      case 36: // $
      case 33: // !
      case 61: // =
        return this.#bulkHeader(type, start, end)
      case 59: // ;
        return this.#chunkHeader(start, end)
      case 42: // *
        return this.#aggregate('array', start, end)
      case 126: // ~
        return this.#aggregate('set', start, end)
      case 62: // >
        return this.#aggregate('push', start, end)
      case 37: // %
        return this.#aggregate('map', start, end)
      case 124: // |
        return this.#aggregate('attribute', start, end)
      case 46: // .
        return this.#streamEnd(start, end)
      case 95: // _
        if (start !== end) return this.#fail('a null with contents')
        return this.#deliver({ type: 'null', form: 'null' })
      case 35: // #
        return this.#boolean(start, end)
      case 44: // ,
        return this.#double(start, end)
      case 40: // (
        return this.#bigNumber(start, end)
      default:
        return this.#fail(`unknown type byte ${type}`)
    }
  }

  #integer(start: number, end: number): boolean {
    const text = this.#number(start, end)
    if (!DECIMAL.test(text)) return this.#fail('an integer that is none')
    const value = Number(text)
    if (Number.isSafeInteger(value)) return this.#deliver({ type: 'integer', value: value === 0 ? 0 : value })
    const big = BigInt(text.startsWith('+') ? text.slice(1) : text)
    if (BigInt.asIntN(64, big) !== big) return this.#fail('an integer of more than 64 bits')
    return this.#deliver({ type: 'integer', value: big })
  }

  #boolean(start: number, end: number): boolean {
    const c = this.#buf[start]
    if (end - start !== 1 || (c !== 116 && c !== 102)) return this.#fail('a boolean that is neither t nor f')
    return this.#deliver({ type: 'boolean', value: c === 116 })
  }

  #double(start: number, end: number): boolean {
    const text = this.#number(start, end)
    if (DOUBLE.test(text)) return this.#deliver({ type: 'double', value: Number(text), text })
    const word = text.toLowerCase()
    if (word === 'nan' || word === '-nan') return this.#deliver({ type: 'double', value: Number.NaN, text })
    if (word === 'inf' || word === '+inf') return this.#deliver({ type: 'double', value: Infinity, text })
    if (word === '-inf') return this.#deliver({ type: 'double', value: -Infinity, text })
    return this.#fail('a double that is none')
  }

  #bigNumber(start: number, end: number): boolean {
    if (end - start > BIG_NUMBER_CHARS_MAX) return this.#fail('a big number is too long')
    const text = readLatin1(this.#buf, start, end)
    if (!DECIMAL.test(text)) return this.#fail('a big number that is none')
    return this.#deliver({ type: 'bigNumber', value: BigInt(text.startsWith('+') ? text.slice(1) : text) })
  }

  #bulkHeader(type: number, start: number, end: number): boolean {
    const text = this.#number(start, end)
    if (type === 36 && text === '-1') return this.#deliver({ type: 'null', form: 'bulk' })
    if (type === 36 && text === '?') {
      this.#chunks = []
      this.#chunksBytes = 0
      return true
    }
    return this.#awaitBulk(type, text)
  }

  #chunkHeader(start: number, end: number): boolean {
    const chunks = this.#chunks
    if (chunks === undefined) return this.#fail('a chunk outside of a streamed string')
    const text = this.#number(start, end)
    if (text !== '0') return this.#awaitBulk(59, text)
    const bytes = new Uint8Array(this.#chunksBytes)
    let at = 0
    for (const chunk of chunks) {
      bytes.set(chunk, at)
      at += chunk.length
    }
    this.#chunks = undefined
    return this.#deliver({ type: 'bulk', value: this.#text ? readUtf8(bytes, 0, bytes.length) : bytes })
  }

  #awaitBulk(type: number, lengthText: string): boolean {
    const length = readCount(lengthText)
    if (length < 0) return this.#fail('a bulk length that is none')
    const before = type === 59 ? this.#chunksBytes : 0
    if (before + length > this.#bulkBytesMax) return this.#fail('a bulk is too long')
    this.#bulkType = type
    this.#bulkLength = length
    return true
  }

  #aggregate(type: Aggregate, start: number, end: number): boolean {
    const text = this.#number(start, end)
    if (type === 'array' && text === '-1') return this.#deliver({ type: 'null', form: 'array' })
    const streamed = text === '?' && type !== 'push' && type !== 'attribute'
    const count = streamed ? STREAMED : readCount(text)
    if (count < 0 && !streamed) return this.#fail('a count that is none')
    if (count > this.#countMax) return this.#fail('an aggregate has too many parts')
    if (this.#frames.length >= this.#depthMax) return this.#fail('replies are nested too deeply')
    const pairs = type === 'map' || type === 'attribute'
    const frame: Frame = {
      type,
      left: pairs && !streamed ? count * 2 : count,
      items: [],
      entries: [],
      key: undefined,
      attributes: this.#attributes,
    }
    this.#attributes = undefined
    if (type === 'attribute' && frame.attributes !== undefined) {
      // A second attribute before the same value: its pairs go to those of the first.
      frame.entries = frame.attributes
      frame.attributes = undefined
    }
    this.#frames.push(frame)
    return count === 0 ? this.#deliver() : true
  }

  #streamEnd(start: number, end: number): boolean {
    const frame = this.#frames.at(-1)
    if (start !== end || frame?.left !== STREAMED) return this.#fail('an end mark outside of a streamed aggregate')
    if (frame.key !== undefined) return this.#fail('a map ends between key and value')
    if (this.#attributes !== undefined) return this.#fail('an attribute without a value')
    return this.#deliver()
  }

  /**
   * A value is complete: it is the reply, or a part of the innermost aggregate, which it may complete, and so on.
   * Without a value: the innermost aggregate is complete.
   */
  #deliver(complete?: Value): boolean {
    let value = complete
    for (;;) {
      const frame = this.#frames.at(-1)
      if (value !== undefined) {
        if (this.#attributes !== undefined) {
          value.attributes = this.#attributes
          this.#attributes = undefined
        }
        if (frame === undefined) {
          this.#result = value
          return true
        }
        addPart(frame, value)
        if (frame.left === STREAMED) return this.#streamHasRoom(frame)
        if (--frame.left > 0) return true
      }
      const { type, items, entries, attributes } = this.#frames.pop() as Frame
      this.#attributes = type === 'attribute' ? entries : attributes
      if (type === 'attribute') return true
      value = type === 'map' ? { type, value: entries } : { type, value: items }
    }
  }

  #streamHasRoom(frame: Frame): boolean {
    const count = frame.type === 'map' ? frame.entries.length : frame.items.length
    return count <= this.#countMax || this.#fail('an aggregate has too many parts')
  }

  #string(start: number, end: number): Uint8Array | string {
    return this.#text ? readUtf8(this.#buf, start, end) : this.#buf.slice(start, end)
  }

  #lineText(start: number, end: number): string {
    return this.#text ? readUtf8(this.#buf, start, end) : readLatin1(this.#buf, start, end)
  }

  /** The characters of a number; an empty text, which is no number, when there are too many. */
  #number(start: number, end: number): string {
    return end - start > NUMBER_CHARS_MAX ? '' : readLatin1(this.#buf, start, end)
  }

  #fail(text: string): boolean {
    this.error = text
    return false
  }
}

function addPart(frame: Frame, value: Value): void {
  if (frame.type !== 'map' && frame.type !== 'attribute') frame.items.push(value)
  else if (frame.key === undefined) frame.key = value
  else {
    frame.entries.push([frame.key, value])
    frame.key = undefined
  }
}

/** A length or count; -1 for a text that is none. Beyond 2^53 it is inexact, but over every limit. */
function readCount(text: string): number {
  return COUNT.test(text) ? Number(text) : -1
}

/**
 * All replies in `bytes`, which hold whole replies and nothing else.
 * @throws Error for anything else: malformed bytes, a reply cut short
 */
export function parseReplies<K extends 'bytes' | 'text' = 'bytes'>(
  bytes: Uint8Array,
  options?: ReplyParserOptions<K>,
): Reply<Text<K>>[] {
  const parser = new ReplyParser(options)
  parser.write(bytes)
  const replies: Reply<Text<K>>[] = []
  let status = parser.parse()
  for (; status === REPLY; status = parser.parse()) replies.push(parser.reply)
  if (status === PROTOCOL_ERROR) throw new Error(`malformed reply: ${parser.error}`)
  if (!parser.idle) throw new Error('the last reply is cut short')
  return replies
}
