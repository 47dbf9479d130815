/**
 * JSON parser: text to nodes, in one pass over the bytes, without an object for anything. What it writes is canonical:
 * escapes in their shortest form, numbers as JSON.GET shows them, of equal keys the last value at the first one's
 * place.
 *
 * Errors have the words of serde_json, which are RedisJSON's, and the place: `expected value at line 1 column 1`.
 */

import { KeyList } from './key-list.ts'
import {
  DEPTH_MAX,
  KIND_ARRAY,
  KIND_DOUBLE,
  KIND_ESCAPED,
  KIND_INTEGER,
  KIND_OBJECT,
  KIND_STRING,
  stringHeaderBytes,
  TAG_FALSE,
  TAG_NULL,
  TAG_TRUE,
  widthFor,
  writeHeader,
  writeStringHeader,
} from './node.ts'
import { formatDouble, hasEarlyDigit, isInteger64 } from './number-text.ts'
import { sequenceLength, writeCodePoint } from './utf8.ts'

/** A larger buffer is not kept from one text to the next. */
const KEPT_BYTES = 256 * 1024
/** Room beyond twice what is left of the text: headers of the containers that are open. */
const SLACK_BYTES = 2048

const EMPTY = new Uint8Array(0)
const QUOTE = 34
const BACKSLASH = 92
/** By the character behind the backslash: what it stands for; 0: no such escape. */
const UNESCAPED = new Uint8Array(128)
for (const [letter, code] of Object.entries({ '"': 34, '\\': 92, '/': 47, b: 8, f: 12, n: 10, r: 13, t: 9 })) {
  UNESCAPED[letter.charCodeAt(0)] = code
}
const LITERALS = [
  ['null', TAG_NULL],
  ['true', TAG_TRUE],
  ['false', TAG_FALSE],
] as const
const HEX = '0123456789abcdef'
/** By control character: the letter of its escape; 0: \u00xx. */
const ESCAPE_LETTERS = new Uint8Array(128)
for (const [code, letter] of [
  [8, 'b'],
  [9, 't'],
  [10, 'n'],
  [12, 'f'],
  [13, 'r'],
  [34, '"'],
  [92, '\\'],
] as const) {
  ESCAPE_LETTERS[code] = letter.charCodeAt(0)
}

/** Writes one ASCII character in its canonical form; the room is there. @returns the position behind it */
export function writeEscaped(out: Uint8Array, at: number, c: number): number {
  if (c >= 32 && c !== QUOTE && c !== BACKSLASH) {
    out[at] = c
    return at + 1
  }
  out[at] = BACKSLASH
  if (ESCAPE_LETTERS[c] !== 0) {
    out[at + 1] = ESCAPE_LETTERS[c]
    return at + 2
  }
  out[at + 1] = 117
  out[at + 2] = 48
  out[at + 3] = 48
  out[at + 4] = HEX.charCodeAt(c >> 4)
  out[at + 5] = HEX.charCodeAt(c & 15)
  return at + 6
}

export class JsonParser {
  /** The nodes written so far are the first `length` bytes. */
  out: Uint8Array = new Uint8Array(16 * 1024)
  length = 0
  /** Of the values parsed since `begin`, the deepest nesting. */
  depth = 0
  /** What is wrong with the last text. */
  error = ''
  #src: Uint8Array = EMPTY
  #start = 0
  #at = 0
  #end = 0
  readonly #keys = new KeyList()

  /** Forgets what has been parsed. */
  begin(): void {
    this.length = 0
    this.depth = 0
    this.release()
  }

  /** Lets go of a large buffer, and of what is in it: it would lie there until the next text, counted by nobody. */
  release(): void {
    if (this.out.length <= KEPT_BYTES) return
    this.out = new Uint8Array(KEPT_BYTES)
    this.length = 0
  }

  /** A copy of the nodes. */
  bytes(): Uint8Array {
    return this.out.slice(0, this.length)
  }

  /** Parses one value and appends its node. @returns false when the text is no JSON; then see `error` */
  parse(src: Uint8Array, start = 0, end: number = src.length): boolean {
    this.#src = src
    this.#start = start
    this.#at = start
    this.#end = end
    this.#keys.count = 0
    const before = this.length
    let done = this.#value(0)
    if (done) {
      this.#skipSpace()
      if (this.#at < this.#end) done = this.#fail('trailing characters', 1)
    }
    this.#src = EMPTY
    if (!done) this.length = before
    return done
  }

  /** @param ahead how many characters behind the place reached the mistake is: 1 when it is the next one */
  #fail(what: string, ahead = 0): false {
    const src = this.#src
    const at = Math.min(this.#at, this.#end)
    let line = 1
    let lineStart = this.#start
    for (let i = this.#start; i < at; i++) {
      if (src[i] === 10) {
        line++
        lineStart = i + 1
      }
    }
    this.error = `ERR ${what} at line ${line} column ${at - lineStart + ahead}`
    return false
  }

  #skipSpace(): void {
    const src = this.#src
    let i = this.#at
    for (; i < this.#end; i++) {
      const c = src[i]
      if (c !== 32 && c !== 10 && c !== 13 && c !== 9) break
    }
    this.#at = i
  }

  #ensure(bytes: number): void {
    const needed = this.length + bytes
    if (needed <= this.out.length) return
    const larger = new Uint8Array(needed + (needed >> 1))
    larger.set(this.out.subarray(0, this.length))
    this.out = larger
  }

  #value(depth: number): boolean {
    this.#skipSpace()
    if (this.#at >= this.#end) return this.#fail('EOF while parsing a value')
    this.#ensure(2 * (this.#end - this.#at) + SLACK_BYTES)
    const c = this.#src[this.#at]
    if (c === QUOTE) return this.#string()
    if (c === 45 || (c >= 48 && c <= 57)) return this.#number()
    if (c === 123 || c === 91) {
      if (depth >= DEPTH_MAX) return this.#fail('recursion limit exceeded', 1)
      if (depth >= this.depth) this.depth = depth + 1
      return c === 123 ? this.#object(depth + 1) : this.#array(depth + 1)
    }
    return this.#literal()
  }

  #literal(): boolean {
    for (const [word, tag] of LITERALS) {
      if (this.#src[this.#at] !== word.charCodeAt(0)) continue
      for (let i = 0; i < word.length; i++, this.#at++) {
        if (this.#at >= this.#end) return this.#fail('EOF while parsing a value')
        if (this.#src[this.#at] !== word.charCodeAt(i)) return this.#fail('expected ident', 1)
      }
      this.out[this.length++] = tag
      return true
    }
    return this.#fail('expected value', 1)
  }

  #array(depth: number): boolean {
    const header = this.length
    this.length += 3
    this.#at++
    let count = 0
    for (;;) {
      this.#skipSpace()
      if (this.#at >= this.#end) return this.#fail('EOF while parsing a list')
      const c = this.#src[this.#at]
      if (c === 93 && count === 0) break
      if (!this.#value(depth)) return false
      count++
      this.#skipSpace()
      if (this.#at >= this.#end) return this.#fail('EOF while parsing a list')
      const next = this.#src[this.#at]
      if (next === 93) break
      if (next !== 44) return this.#fail('expected `,` or `]`', 1)
      this.#at++
      this.#skipSpace()
      if (this.#src[this.#at] === 93 && this.#at < this.#end) return this.#fail('trailing comma', 1)
    }
    this.#at++
    this.#close(header, KIND_ARRAY, count)
    return true
  }

  #object(depth: number): boolean {
    const header = this.length
    const keys = this.#keys
    const base = keys.count
    this.length += 3
    this.#at++
    for (;;) {
      this.#skipSpace()
      if (this.#at >= this.#end) return this.#fail('EOF while parsing an object')
      const c = this.#src[this.#at]
      if (c === 125 && keys.count === base) break
      if (c !== QUOTE) return this.#fail('key must be a string', 1)
      keys.push(this.length)
      if (!this.#string()) return false
      this.#skipSpace()
      if (this.#at >= this.#end) return this.#fail('EOF while parsing an object')
      if (this.#src[this.#at] !== 58) return this.#fail('expected `:`', 1)
      this.#at++
      if (!this.#value(depth)) return false
      this.#skipSpace()
      if (this.#at >= this.#end) return this.#fail('EOF while parsing an object')
      const next = this.#src[this.#at]
      if (next === 125) break
      if (next !== 44) return this.#fail('expected `,` or `}`', 1)
      this.#at++
      this.#skipSpace()
      if (this.#src[this.#at] === 125 && this.#at < this.#end) return this.#fail('trailing comma', 1)
    }
    this.#at++
    let count = keys.count - base
    if (count > 1 && keys.hasEqual(this.out, base)) {
      count = keys.dropEqual(this.out, base, header + 3, this.length)
      this.length = keys.end
    }
    keys.count = base
    this.#close(header, KIND_OBJECT, count)
    return true
  }

  /** Writes the header of a container that began with three bytes for one, and makes them more where it needs them. */
  #close(header: number, kind: number, count: number): void {
    const size = this.length - header - 3
    const width = widthFor(size)
    if (width > 0) {
      this.#ensure(6)
      const moved = width === 1 ? 2 : 6
      this.out.copyWithin(header + 3 + moved, header + 3, this.length)
      this.length += moved
    }
    writeHeader(this.out, header, kind, width, size, count)
  }

  // --- strings
  // ---------------------------------------------------------------------------------------------------------

  /**
   * A string; the place is its opening quote. One without escapes, and that is nearly every one, is copied while it is
   * looked at, to where it belongs when it is short; a longer one then makes room for its length.
   */
  #string(): boolean {
    const src = this.#src
    const end = this.#end
    const { out } = this
    const start = this.#at + 1
    const base = this.length + 1
    let to = base
    let i = start
    for (;;) {
      if (i >= end) return this.#failAt(end, 'EOF while parsing a string')
      const c = src[i]
      if (c === QUOTE) break
      if (c < 32 || c === BACKSLASH) return this.#escapedString(start)
      if (c >= 0x80) {
        const length = sequenceLength(src, i, end)
        if (length === 0) return this.#failAt(i, 'invalid UTF-8')
        for (let k = 1; k < length; k++) out[to++] = src[i++]
        out[to++] = src[i++]
        continue
      }
      out[to++] = c
      i++
    }
    const length = to - base
    const more = stringHeaderBytes(length) - 1
    if (more > 0) out.copyWithin(base + more, base, to)
    writeStringHeader(out, base - 1, KIND_STRING, length)
    this.length = to + more
    this.#at = i + 1
    return true
  }

  #failAt(at: number, what: string): false {
    this.#at = at
    return this.#fail(what)
  }

  /** Writes behind the longest header, and moves what it wrote when a shorter one does. */
  #escapedString(start: number): boolean {
    const src = this.#src
    const { out } = this
    const base = this.length + 5
    let at = base
    let i = start
    let escapes = 0
    for (;;) {
      if (i >= this.#end) return this.#failAt(i, 'EOF while parsing a string')
      const c = src[i]
      if (c === QUOTE) break
      if (c < 32) return this.#failAt(i + 1, 'control character (\\u0000-\\u001F) found while parsing a string')
      if (c === BACKSLASH) {
        this.#at = i + 1
        const code = this.#escape()
        if (code < 0) return false
        i = this.#at
        if (code < 0x80) {
          const from = at
          at = writeEscaped(out, at, code)
          if (at > from + 1) escapes++
        } else at = writeCodePoint(out, at, code)
      } else if (c < 0x80) {
        out[at++] = c
        i++
      } else {
        const length = sequenceLength(src, i, this.#end)
        if (length === 0) return this.#failAt(i, 'invalid UTF-8')
        for (let k = 0; k < length; k++) out[at++] = src[i++]
      }
    }
    const length = at - base
    const kind = escapes > 0 ? KIND_ESCAPED : KIND_STRING
    out.copyWithin(this.length + stringHeaderBytes(length), base, at)
    this.length = writeStringHeader(out, this.length, kind, length) + length
    this.#at = i + 1
    return true
  }

  /** The character that an escape stands for; the place is behind the backslash, afterwards behind the escape. */
  #escape(): number {
    if (this.#at >= this.#end) return this.#refuse('EOF while parsing a string')
    const c = this.#src[this.#at++]
    if (c !== 117) {
      if (c < 0x80 && UNESCAPED[c] !== 0) return UNESCAPED[c]
      return this.#refuse('invalid escape')
    }
    const first = this.#hex4()
    if (first < 0) return first
    if (first < 0xd800 || first >= 0xe000) return first
    if (first >= 0xdc00) return this.#refuse('lone leading surrogate in hex escape')
    if (this.#src[this.#at] !== BACKSLASH || this.#src[this.#at + 1] !== 117 || this.#at + 1 >= this.#end) {
      return this.#refuse('unexpected end of hex escape')
    }
    this.#at += 2
    const second = this.#hex4()
    if (second < 0) return second
    if (second < 0xdc00 || second >= 0xe000) return this.#refuse('lone leading surrogate in hex escape')
    return 0x10000 + ((first & 0x3ff) << 10) + (second & 0x3ff)
  }

  #refuse(what: string): number {
    this.#fail(what)
    return -1
  }

  #hex4(): number {
    let value = 0
    for (let i = 0; i < 4; i++) {
      if (this.#at >= this.#end) return this.#refuse('EOF while parsing a string')
      const c = this.#src[this.#at++]
      const lower = c | 32
      const digit = c >= 48 && c <= 57 ? c - 48 : lower >= 97 && lower <= 102 ? lower - 87 : -1
      if (digit < 0) return this.#refuse('invalid escape')
      value = value * 16 + digit
    }
    return value
  }

  // --- numbers
  // ---------------------------------------------------------------------------------------------------------

  #number(): boolean {
    const src = this.#src
    const end = this.#end
    const start = this.#at
    let i = src[start] === 45 ? start + 1 : start
    const whole = i
    if (i >= end) return this.#failAt(i, 'EOF while parsing a value')
    while (i < end && src[i] >= 48 && src[i] <= 57) i++
    const wholeDigits = i - whole
    if (wholeDigits === 0 || (wholeDigits > 1 && src[whole] === 48)) return this.#failAt(whole + 1, 'invalid number')
    let digits = wholeDigits
    let isExponential = false
    const point = i
    if (i < end && src[i] === 46) {
      for (i++; i < end && src[i] >= 48 && src[i] <= 57; ) i++
      if (i === point + 1) return this.#failAt(i, i >= end ? 'EOF while parsing a value' : 'invalid number')
      digits += i - point - 1
    }
    if (i < end && (src[i] | 32) === 101) {
      isExponential = true
      i++
      if (i < end && (src[i] === 43 || src[i] === 45)) i++
      const from = i
      while (i < end && src[i] >= 48 && src[i] <= 57) i++
      if (i === from) return this.#failAt(i, i >= end ? 'EOF while parsing a value' : 'invalid number')
    }
    this.#at = i
    if (!isExponential && i === point) return this.#integer(start, i, wholeDigits)
    // A text of at most 15 digits is the shortest for its double, unless it ends with zeros or is very small.
    if (!isExponential && digits <= 15 && (src[whole] !== 48 || hasEarlyDigit(src, point + 1, i))) {
      let last = i
      while (src[last - 1] === 48 && last - 2 > point) last--
      return this.#numberText(KIND_DOUBLE, start, last)
    }
    return this.#double(start, i)
  }

  #integer(start: number, end: number, digits: number): boolean {
    const isMinusZero = digits === 1 && end - start === 2 && this.#src[start + 1] === 48
    if (digits <= 18 && !isMinusZero) return this.#numberText(KIND_INTEGER, start, end)
    if (digits <= 20 && !isMinusZero && isInteger64(BigInt(this.#text(start, end)))) {
      return this.#numberText(KIND_INTEGER, start, end)
    }
    return this.#double(start, end)
  }

  #numberText(kind: number, start: number, end: number): boolean {
    const { out } = this
    const src = this.#src
    let at = this.length
    out[at++] = (kind << 5) | (end - start)
    for (let k = start; k < end; k++) out[at++] = src[k]
    this.length = at
    return true
  }

  #double(start: number, end: number): boolean {
    const value = Number(this.#text(start, end))
    if (!Number.isFinite(value)) return this.#fail('number out of range')
    const text = formatDouble(value)
    this.out[this.length++] = (KIND_DOUBLE << 5) | text.length
    for (let i = 0; i < text.length; i++) this.out[this.length++] = text.charCodeAt(i)
    return true
  }

  #text(start: number, end: number): string {
    let text = ''
    for (let i = start; i < end; i++) text += String.fromCharCode(this.#src[i])
    return text
  }
}

const shared = new JsonParser()

/** The nodes of a JSON text; the error otherwise. */
export function parseJson(text: Uint8Array): Uint8Array | string {
  shared.begin()
  const nodes = shared.parse(text) ? shared.bytes() : shared.error
  shared.release()
  return nodes
}

/** The shared parser, begun anew: for those that need several values or their depth. To be released in the end. */
export function sharedParser(): JsonParser {
  shared.begin()
  return shared
}
