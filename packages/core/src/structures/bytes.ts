/** Bytes and text: the places where one becomes the other. */

/** One character per byte, so that every byte survives the way there and back. For error texts, names and logs. */
export function latin1(buf: Uint8Array, start = 0, length = buf.length - start): string {
  if (length > LONG_TEXT_BYTES) return longLatin1(buf, start, length)
  let text = ''
  let i = start
  const end = start + length
  // Eight at once take half the time.
  for (; i + 8 <= end; i += 8) {
    text += String.fromCharCode(
      buf[i],
      buf[i + 1],
      buf[i + 2],
      buf[i + 3],
      buf[i + 4],
      buf[i + 5],
      buf[i + 6],
      buf[i + 7],
    )
  }
  for (; i < end; i++) text += String.fromCharCode(buf[i])
  return text
}

const LONG_TEXT_BYTES = 64 * 1024
/** So many arguments fit on every stack. */
const LONG_TEXT_STEP = 8192

/** Five megabytes take 30 ms, and 100 by eights, which make a tree of texts; short ones are quicker by eights. */
function longLatin1(buf: Uint8Array, start: number, length: number): string {
  const parts: string[] = []
  const end = start + length
  for (let i = start; i < end; i += LONG_TEXT_STEP) {
    const part = buf.subarray(i, Math.min(end, i + LONG_TEXT_STEP))
    parts.push(String.fromCharCode.apply(undefined, part as unknown as number[]))
  }
  return parts.join('')
}

/** The bytes of a text with one character per byte. */
export function fromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

/** A text, or its beginning with memory of its own: a slice would keep the whole text for as long as it is kept. */
export function beginningOf(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : Array.from(text.slice(0, lengthMax)).join('')
}

/** Two digits for each byte, in lower case. */
export function hexadecimal(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

/**
 * Whether `buf[start .. start + length)` is `token`, whatever the case of its letters.
 * @param token in lower case, ASCII
 */
export function equalsToken(buf: Uint8Array, start: number, length: number, token: string): boolean {
  if (length !== token.length) return false
  for (let i = 0; i < length; i++) {
    const want = token.charCodeAt(i)
    const c = buf[start + i]
    if (c !== want && !(want >= 97 && want <= 122 && (c | 32) === want)) return false
  }
  return true
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Byte order, shorter first when one begins the other. @returns negative, 0 or positive */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] - b[i]
  return a.length - b.length
}

/** UTF-8 text of bytes; what is not UTF-8 becomes U+FFFD. Written out because bare JavaScript has no TextDecoder. */
export function utf8(buf: Uint8Array, start = 0, length = buf.length - start): string {
  let text = ''
  const end = start + length
  for (let i = start; i < end; ) {
    const c = buf[i]
    if (c < 0x80) {
      text += String.fromCharCode(c)
      i++
      continue
    }
    const size = sequenceLength(buf, i, end)
    if (size === 0) {
      text += '\ufffd'
      i++
      continue
    }
    let point = c & (0xff >> (size + 1))
    for (let k = 1; k < size; k++) point = (point << 6) | (buf[i + k] & 63)
    text += String.fromCodePoint(point)
    i += size
  }
  return text
}

/** Bytes of the well-formed UTF-8 sequence at `i`, or 0. */
function sequenceLength(buf: Uint8Array, i: number, end: number): number {
  const c = buf[i]
  const size = c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0
  if (size === 0 || i + size > end) return 0
  for (let k = 1; k < size; k++) if ((buf[i + k] & 0xc0) !== 0x80) return 0
  const second = buf[i + 1]
  if ((c === 0xe0 && second < 0xa0) || (c === 0xed && second > 0x9f)) return 0
  if ((c === 0xf0 && second < 0x90) || (c === 0xf4 && second > 0x8f)) return 0
  return size
}
