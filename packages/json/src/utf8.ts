/** UTF-8 without TextEncoder and TextDecoder: this package runs in a bare JavaScript context. */

/**
 * Bytes of the character that begins here, 2 to 4; 0 when what begins here is none. To be called for bytes above 7F.
 * Overlong forms, surrogates and what is above U+10FFFF are no characters.
 */
export function sequenceLength(buf: Uint8Array, at: number, end: number): number {
  const first = buf[at]
  if (first < 0xc2 || first > 0xf4) return 0
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  if (at + length > end) return 0
  const second = buf[at + 1]
  const min = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const max = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  if (second < min || second > max) return 0
  for (let i = 2; i < length; i++) if ((buf[at + i] & 0xc0) !== 0x80) return 0
  return length
}

/** Whether these bytes are UTF-8. */
export function isUtf8(buf: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; ) {
    if (buf[i] < 0x80) {
      i++
      continue
    }
    const length = sequenceLength(buf, i, end)
    if (length === 0) return false
    i += length
  }
  return true
}

/** The code point that begins here; the bytes are valid. */
export function codePointAt(buf: Uint8Array, at: number): number {
  const b = buf[at]
  if (b < 0x80) return b
  if (b < 0xe0) return ((b & 31) << 6) | (buf[at + 1] & 63)
  if (b < 0xf0) return ((b & 15) << 12) | ((buf[at + 1] & 63) << 6) | (buf[at + 2] & 63)
  return ((b & 7) << 18) | ((buf[at + 1] & 63) << 12) | ((buf[at + 2] & 63) << 6) | (buf[at + 3] & 63)
}

/** Writes one character; the room is there. @returns the position behind it */
export function writeCodePoint(buf: Uint8Array, at: number, c: number): number {
  if (c < 0x80) {
    buf[at] = c
    return at + 1
  }
  if (c < 0x800) {
    buf[at] = 0xc0 | (c >> 6)
    buf[at + 1] = 0x80 | (c & 63)
    return at + 2
  }
  if (c < 0x10000) {
    buf[at] = 0xe0 | (c >> 12)
    buf[at + 1] = 0x80 | ((c >> 6) & 63)
    buf[at + 2] = 0x80 | (c & 63)
    return at + 3
  }
  buf[at] = 0xf0 | (c >> 18)
  buf[at + 1] = 0x80 | ((c >> 12) & 63)
  buf[at + 2] = 0x80 | ((c >> 6) & 63)
  buf[at + 3] = 0x80 | (c & 63)
  return at + 4
}

/** A text in UTF-8; a lone surrogate becomes U+FFFD. */
export function toUtf8(text: string): Uint8Array {
  const buf = new Uint8Array(text.length * 3)
  let at = 0
  for (const character of text) {
    const c = character.codePointAt(0) as number
    at = writeCodePoint(buf, at, c >= 0xd800 && c < 0xe000 ? 0xfffd : c)
  }
  return buf.slice(0, at)
}

/** Valid UTF-8 as a text. */
export function fromUtf8(buf: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i < end; ) {
    const c = codePointAt(buf, i)
    text += String.fromCodePoint(c)
    i += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4
  }
  return text
}
