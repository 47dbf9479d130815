/**
 * UTF-8 to and from buffers, without TextEncoder and TextDecoder: this package runs in a bare JavaScript context, and for
 * the short texts of replies a loop is faster than a call out of the engine.
 */

/** Bytes of `text` in UTF-8; a lone surrogate counts as U+FFFD. */
export function utf8Length(text: string): number {
  let length = 0
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c < 0x80) length += 1
    else if (c < 0x800) length += 2
    else if (c >= 0xd800 && c < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      length += 4
      i++
    } else length += 3
  }
  return length
}

/**
 * Writes `text` in UTF-8; the room is there already.
 * @returns the position behind the last byte
 */
export function writeUtf8(buf: Uint8Array, pos: number, text: string): number {
  let at = pos
  for (let i = 0; i < text.length; i++) {
    let c = text.charCodeAt(i)
    if (c < 0x80) {
      buf[at++] = c
      continue
    }
    if (c >= 0xd800 && c < 0xe000) {
      const low = text.charCodeAt(i + 1)
      if (c < 0xdc00 && (low & 0xfc00) === 0xdc00) {
        c = 0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff)
        i++
      } else c = 0xfffd
    }
    if (c < 0x800) {
      buf[at++] = 0xc0 | (c >> 6)
    } else {
      if (c < 0x10000) buf[at++] = 0xe0 | (c >> 12)
      else {
        buf[at++] = 0xf0 | (c >> 18)
        buf[at++] = 0x80 | ((c >> 12) & 63)
      }
      buf[at++] = 0x80 | ((c >> 6) & 63)
    }
    buf[at++] = 0x80 | (c & 63)
  }
  return at
}
