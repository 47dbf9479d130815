/**
 * Request parser: finds the arguments of one request after another in a byte buffer.
 *
 * It creates no object per argument. A parsed request is `argc` positions in `buf`:
 *
 *     *2\r\n$3\r\nGET\r\n$5\r\nhello\r\n
 *               ^ argStart[0]   ^ argStart[1]      argLength = [3, 5]
 *
 * A request may be cut anywhere. `parse` then answers `NEED_MORE` and keeps its state, so that the next call goes on
 * from where it stopped instead of from the start; when the owner moves the bytes, it tells the new place by `rebase`.
 *
 * Inline requests are split and unquoted into a buffer of the parser's own, which `buf` then names.
 *
 * Limits: the number of arguments, the length of one argument and of one line; stricter ones before AUTH. Memory grows
 * with the bytes that have come, never with the numbers that they announce.
 *
 * What it accepts, refuses and answers is Valkey 9.1's, down to a line with a NUL, which never ends. Three differences
 * are meant: bytes 255 of an inline request are kept, which Valkey drops; an inline request has at most 10 words before
 * AUTH, where Valkey splits all of them; and the longest line is the same in any pieces, where Valkey's depends on how
 * much comes at once.
 *
 * Source: the RESP specification (https://valkey.io/topics/protocol/) and the observed behaviour of Valkey 9.1.
 */

export const NEED_MORE = 0
export const REQUEST = 1
export const PROTOCOL_ERROR = 2

/** Longest line without its newline, for inline requests and for `*` and `$` headers. Bytes. */
export const LINE_BYTES_MAX = 64 * 1024
/** Most arguments of one request. */
export const ARGS_COUNT_MAX = 2 ** 31 - 1
/** Before AUTH: most arguments, and the longest of them in bytes. */
export const UNAUTHENTICATED_ARGS_COUNT_MAX = 10
export const UNAUTHENTICATED_BULK_BYTES_MAX = 16_384

const STAR = 42
const DOLLAR = 36
const CR = 13
const LF = 10
const BACKSLASH = 92
const DOUBLE_QUOTE = 34
const SINGLE_QUOTE = 39
const ARGS_COUNT_INITIAL = 32
/** `shrink` gives back argument arrays over this many places, and an inline buffer over this many bytes. */
const ARGS_COUNT_KEPT = 4096
const INLINE_BYTES_KEPT = 4096
const INLINE_BYTES_INITIAL = 256
/** Longer than any header that the fast paths of `parse` take. */
const LINE_SCANNED_BYTES_MIN = 64
const INVALID_CRLF = 'invalid CRLF in request'

/** Positions are kept in 32 bits: the longest argument, whatever `bulkBytesMax` says. */
const BULK_BYTES_LIMIT = 2 ** 31 - 1

/** What reading a header answers instead of a number. */
const INCOMPLETE = -1
const REFUSED = -2

/** What `readInteger` answers for anything that is not a canonical decimal number. */
const NOT_A_NUMBER = Number.NaN
/** Digits of the lowest signed number of 64 bits. */
const INT64_MIN_DIGITS = '9223372036854775808'

export class RequestParser {
  /** The buffer that `argStart` points into: the one given to `parse`, or the parser's own for an inline request. */
  buf: Uint8Array
  argStart = new Int32Array(ARGS_COUNT_INITIAL)
  argLength = new Int32Array(ARGS_COUNT_INITIAL)
  argc = 0
  /** Where the next byte to look at is; after `REQUEST`, the first byte behind the request. */
  pos = 0
  /** After `PROTOCOL_ERROR`: the text of the reply, without `-ERR ` and line end. The connection is to be closed. */
  error = ''
  /** Longest argument, bytes, from 1,000 up; the server sets it from `proto-max-bulk-len`. */
  bulkBytesMax = 512 * 1024 * 1024
  /**
   * After NEED_MORE: bytes that the argument being received still lacks with its line end, 0 when unknown. Announced,
   * not received: a hint for sizing the owner's buffer, never a size to allocate unseen.
   */
  missingBytes = 0

  #argsLeft = 0
  #bulkLength = -1
  /** Bytes of the line at `pos` that were searched in vain for its end. */
  #lineScannedBytes = 0
  #inlineBuf: Uint8Array | undefined

  constructor() {
    this.buf = EMPTY
  }

  /** Forgets a half-read request. */
  reset(): void {
    this.argc = 0
    this.error = ''
    this.missingBytes = 0
    this.#argsLeft = 0
    this.#bulkLength = -1
    this.#lineScannedBytes = 0
  }

  /** The bytes of a half-read request moved: `delta` is added to every position. */
  rebase(delta: number): void {
    this.pos += delta
    // The words of an inline request lie in the parser's own buffer, which did not move.
    if (this.#argsLeft === 0 && this.buf === this.#inlineBuf) return
    for (let i = 0; i < this.argc; i++) this.argStart[i] += delta
  }

  /**
   * Looks for one request in `buf` from `this.pos` to `end`; `buf` is shorter than 2 GiB.
   * @param authenticated false applies the limits that hold before AUTH
   * @returns NEED_MORE, REQUEST (argc may be 0: nothing to run) or PROTOCOL_ERROR
   */
  parse(buf: Uint8Array, end: number, authenticated: boolean): number {
    let pos = this.pos
    let left = this.#argsLeft
    if (left === 0) {
      this.argc = 0
      this.missingBytes = 0
      if (pos >= end) return NEED_MORE
      if (buf[pos] !== STAR) return this.#parseInline(buf, end, authenticated)
      // The common small headers, `*N\r\n` with one digit, without a search for the line's end.
      if (end - pos >= 4 && buf[pos + 2] === CR && buf[pos + 3] === LF && isDigit19(buf[pos + 1])) {
        left = buf[pos + 1] - 48
        pos += 4
      } else {
        left = this.#readCount(buf, end, authenticated)
        if (left <= 0) return left === 0 ? REQUEST : left === INCOMPLETE ? NEED_MORE : PROTOCOL_ERROR
        pos = this.pos
      }
    }
    let bulk = this.#bulkLength
    let argc = this.argc
    for (;;) {
      if (bulk < 0) {
        // `$N\r\n` with up to three digits first, then the general form.
        if (end - pos >= 6 && buf[pos] === DOLLAR) {
          const first = buf[pos + 1] - 48
          const c = buf[pos + 2]
          if (c === CR) {
            if (buf[pos + 3] === LF && first >= 0 && first <= 9) {
              bulk = first
              pos += 4
            }
          } else if (first > 0 && first <= 9 && c >= 48 && c <= 57) {
            const d = buf[pos + 3]
            if (d === CR) {
              if (buf[pos + 4] === LF) {
                bulk = first * 10 + c - 48
                pos += 5
              }
            } else if (d >= 48 && d <= 57 && buf[pos + 4] === CR && buf[pos + 5] === LF) {
              bulk = first * 100 + (c - 48) * 10 + d - 48
              pos += 6
            }
          }
        }
        if (bulk < 0) {
          if (pos >= end) break
          this.#save(pos, left, argc, -1)
          bulk = this.#readBulkLength(buf, end, authenticated)
          if (bulk < 0) return bulk === INCOMPLETE ? NEED_MORE : PROTOCOL_ERROR
          pos = this.pos
        }
      }
      const tail = pos + bulk
      if (end - tail < 2 || buf[tail] !== CR || buf[tail + 1] !== LF) break
      if (argc === this.argStart.length) this.#growArgs()
      this.argStart[argc] = pos
      this.argLength[argc++] = bulk
      pos = tail + 2
      bulk = -1
      if (--left === 0) {
        this.buf = buf
        this.#save(pos, 0, argc, -1)
        return REQUEST
      }
    }
    this.#save(pos, left, argc, bulk)
    if (bulk >= 0 && end - pos - bulk >= 2) return this.#protocolError(INVALID_CRLF)
    this.missingBytes = bulk < 0 ? 0 : pos + bulk + 2 - end
    return NEED_MORE
  }

  #save(pos: number, argsLeft: number, argc: number, bulkLength: number): void {
    this.pos = pos
    this.#argsLeft = argsLeft
    this.argc = argc
    this.#bulkLength = bulkLength
  }

  /**
   * Reads a line `*N` at `pos` and steps behind it.
   * @returns the number of arguments, 0 also for negative ones, INCOMPLETE or REFUSED
   */
  #readCount(buf: Uint8Array, end: number, authenticated: boolean): number {
    const { pos } = this
    const cr = this.#findLineEnd(buf, pos, end)
    if (cr < 0) return this.#lineIncomplete(buf, end, 'too big mbulk count string')
    if (buf[cr + 1] !== LF) return this.#refuse(INVALID_CRLF)
    const count = readInteger(buf, pos + 1, cr)
    if (!(count <= ARGS_COUNT_MAX)) return this.#refuse('invalid multibulk length')
    if (!authenticated && count > UNAUTHENTICATED_ARGS_COUNT_MAX)
      return this.#refuse('unauthenticated multibulk length')
    this.pos = cr + 2
    return count > 0 ? count | 0 : 0
  }

  /**
   * Reads a line `$N` at `pos` and steps behind it.
   * @returns the length, INCOMPLETE or REFUSED
   */
  #readBulkLength(buf: Uint8Array, end: number, authenticated: boolean): number {
    const { pos } = this
    const cr = this.#findLineEnd(buf, pos, end)
    if (cr < 0) return this.#lineIncomplete(buf, end, 'too big bulk count string')
    if (buf[pos] !== DOLLAR) return this.#refuse(`expected '$', got '${quotedByte(buf[pos])}'`)
    if (buf[cr + 1] !== LF) return this.#refuse(INVALID_CRLF)
    const length = readInteger(buf, pos + 1, cr)
    if (!(length >= 0 && length <= Math.min(this.bulkBytesMax, BULK_BYTES_LIMIT))) {
      return this.#refuse('invalid bulk length')
    }
    if (!authenticated && length > UNAUTHENTICATED_BULK_BYTES_MAX) return this.#refuse('unauthenticated bulk length')
    this.pos = cr + 2
    return length | 0
  }

  #growArgs(): void {
    const start = new Int32Array(this.argStart.length * 2)
    start.set(this.argStart)
    const length = new Int32Array(start.length)
    length.set(this.argLength)
    this.argStart = start
    this.argLength = length
  }

  /** Gives back the memory that one huge request left behind; only between requests. */
  shrink(): void {
    if (this.argStart.length > ARGS_COUNT_KEPT) {
      this.argStart = new Int32Array(ARGS_COUNT_INITIAL)
      this.argLength = new Int32Array(ARGS_COUNT_INITIAL)
    }
    if (this.#inlineBuf !== undefined && this.#inlineBuf.length > INLINE_BYTES_KEPT) {
      if (this.buf === this.#inlineBuf) this.buf = EMPTY
      this.#inlineBuf = undefined
    }
  }

  /** Position of the line's CR once the byte behind it has come too, else -1. */
  #findLineEnd(buf: Uint8Array, pos: number, end: number): number {
    const last = Math.min(end - 2, pos + LINE_BYTES_MAX)
    for (let i = pos + this.#lineScannedBytes; i <= last; i++) {
      if (buf[i] === CR) {
        this.#lineScannedBytes = 0
        return i
      }
    }
    return -1
  }

  /** @returns INCOMPLETE, or REFUSED for a line that is over the limit already */
  #lineIncomplete(buf: Uint8Array, end: number, tooLong: string): number {
    const bytes = end - this.pos
    // A CR in the last place that it may have still waits for its LF.
    if (bytes > LINE_BYTES_MAX && buf[this.pos + LINE_BYTES_MAX] !== CR) return this.#refuse(tooLong)
    this.#waitForLineEnd(bytes - 1)
    return INCOMPLETE
  }

  /** @param scannedBytes how many bytes of the line need no second look: a slow sender must not cost a scan per byte */
  #waitForLineEnd(scannedBytes: number): void {
    // Below the threshold it would save nothing, and the fast paths of `parse` could leave it behind them.
    this.#lineScannedBytes = scannedBytes >= LINE_SCANNED_BYTES_MIN ? scannedBytes : 0
    this.missingBytes = 0
  }

  #refuse(text: string): number {
    this.error = `Protocol error: ${text}`
    this.missingBytes = 0
    return REFUSED
  }

  #protocolError(text: string): number {
    this.#refuse(text)
    return PROTOCOL_ERROR
  }

  #parseInline(buf: Uint8Array, end: number, authenticated: boolean): number {
    const start = this.pos
    const searchEnd = Math.min(end, start + LINE_BYTES_MAX + 1)
    let lf = start + this.#lineScannedBytes
    // Valkey's search for the newline stops at a NUL, so that such a line never ends and runs into the limit.
    while (lf < searchEnd && buf[lf] !== LF && buf[lf] !== 0) lf++
    if (lf === searchEnd || buf[lf] === 0) {
      if (end - start > LINE_BYTES_MAX) return this.#protocolError('too big inline request')
      this.#waitForLineEnd(lf - start)
      return NEED_MORE
    }
    this.#lineScannedBytes = 0
    const lineEnd = lf > start && buf[lf - 1] === CR ? lf - 1 : lf
    let out = this.#inlineBuf
    if (out === undefined || out.length < lineEnd - start) {
      out = new Uint8Array(Math.max(INLINE_BYTES_INITIAL, lineEnd - start))
      this.#inlineBuf = out
    }
    const argc = this.#splitLine(buf, start, lineEnd, out)
    if (argc < 0) return this.#protocolError('unbalanced quotes in request')
    // Stricter than Valkey, which splits the whole line before AUTH too: a line of 64 KB can hold 32,768 words.
    if (!authenticated && argc > UNAUTHENTICATED_ARGS_COUNT_MAX)
      return this.#protocolError('unauthenticated multibulk length')
    this.pos = lf + 1
    this.argc = argc
    this.buf = out
    return REQUEST
  }

  /**
   * Splits a line at blanks into `out`, with the quoting of inline commands: `"..."` knows `\xHH`, `\n`, `\r`, `\t`,
   * `\b`, `\a` and takes any other escaped byte as it is; `'...'` knows `\'` only. Quotes may start and end within a
   * word: `a"b c"d` is one. As in Valkey 9.1, a backslash escapes nothing when the byte behind it is the line's last,
   * so that `"\"` is a backslash; and VT and FF before a word are skipped like blanks, but do not end one.
   * @returns the number of words, or -1 for unbalanced quotes
   */
  #splitLine(buf: Uint8Array, start: number, end: number, out: Uint8Array): number {
    let argc = 0
    let o = 0
    let i = start
    for (;;) {
      while (i < end && (buf[i] === 32 || (buf[i] >= 9 && buf[i] <= 13))) i++
      if (i >= end) return argc
      if (argc === this.argStart.length) this.#growArgs()
      this.argStart[argc] = o
      let quote = 0
      for (; i < end; i++) {
        const c = buf[i]
        if (quote === 0) {
          if (c === 32 || c === 9 || c === CR) break
          if (c === DOUBLE_QUOTE || c === SINGLE_QUOTE) quote = c
          else out[o++] = c
        } else if (c === quote) {
          quote = 0
        } else if (c !== BACKSLASH || i + 2 >= end) {
          out[o++] = c
        } else if (quote === SINGLE_QUOTE) {
          out[o++] = buf[i + 1] === SINGLE_QUOTE ? buf[++i] : c
        } else if (buf[i + 1] === 120 && i + 3 < end && isHex(buf[i + 2]) && isHex(buf[i + 3])) {
          out[o++] = (hexValue(buf[i + 2]) << 4) | hexValue(buf[i + 3])
          i += 3
        } else {
          out[o++] = unescaped(buf[++i])
        }
      }
      if (quote !== 0) return -1
      this.argLength[argc] = o - this.argStart[argc]
      argc++
    }
  }
}

const EMPTY = new Uint8Array(0)

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57
}

function isDigit19(c: number): boolean {
  return c >= 49 && c <= 57
}

function isHex(c: number): boolean {
  return isDigit(c) || (c >= 97 && c <= 102) || (c >= 65 && c <= 70)
}

function hexValue(c: number): number {
  return c <= 57 ? c - 48 : (c | 32) - 87
}

function unescaped(c: number): number {
  switch (c) {
    case 110:
      return 10
    case 114:
      return 13
    case 116:
      return 9
    case 98:
      return 8
    case 97:
      return 7
    default:
      return c
  }
}

/**
 * Reads a decimal number as Redis does: an optional minus, no plus, no leading zeros, no blanks, within 64 bits.
 * Numbers beyond 2^53 come out inexact, which is enough to see that they are over any limit here.
 */
function readInteger(buf: Uint8Array, start: number, end: number): number {
  let i = start
  const negative = i < end && buf[i] === 45
  if (negative) i++
  const digits = end - i
  if (digits < 1 || digits > INT64_MIN_DIGITS.length) return NOT_A_NUMBER
  if (buf[i] === 48) return digits === 1 && !negative ? 0 : NOT_A_NUMBER
  let value = 0
  // Whether the digits so far are those of the lowest number of 64 bits; matters for the longest numbers alone.
  let edge = digits === INT64_MIN_DIGITS.length
  for (let k = 0; k < digits; k++) {
    const digit = buf[i + k] - 48
    if (digit < 0 || digit > 9) return NOT_A_NUMBER
    if (edge) {
      const limit = INT64_MIN_DIGITS.charCodeAt(k) - 48
      if (digit > limit) return NOT_A_NUMBER
      edge = digit === limit
    }
    value = value * 10 + digit
  }
  return negative ? -value : value
}

/** The byte as it may stand in an error reply: as it is, but for line ends. */
function quotedByte(c: number): string {
  return c === CR || c === LF ? ' ' : String.fromCharCode(c)
}
