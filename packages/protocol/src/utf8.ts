/**
 * UTF-8 to and from buffers, without TextEncoder and TextDecoder: this package runs in a bare JavaScript context, and
 * for the short texts of replies a loop is faster than a call out of the engine.
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

/** Code units that are put into a string at once. */
const UNITS_MAX = 1024

/**
 * Reads UTF-8 as browsers do: each longest beginning of a character that does not go on as one becomes a U+FFFD. A byte
 * order mark is a character like any other.
 */
export function readUtf8(buf: Uint8Array, start: number, end: number): string {
  let text = ''
  let units: number[] = []
  let i = start
  while (i < end) {
    let c = buf[i++]
    if (c >= 0x80) {
      // The bytes that may come second, by the first: no overlong forms, no surrogates, nothing above U+10FFFF.
      let more = c < 0xc2 || c > 0xf4 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3
      let min = c === 0xe0 ? 0xa0 : c === 0xf0 ? 0x90 : 0x80
      let max = c === 0xed ? 0x9f : c === 0xf4 ? 0x8f : 0xbf
      let point = more === 0 ? 0xfffd : c & (0x3f >> more)
      for (; more > 0; more--) {
        c = i < end ? buf[i] : 0
        if (c < min || c > max) {
          point = 0xfffd
          break
        }
        point = (point << 6) | (c & 0x3f)
        min = 0x80
        max = 0xbf
        i++
      }
      c = point
    }
    if (c < 0x10000) units.push(c)
    else units.push(0xd7c0 + (c >> 10), 0xdc00 + (c & 0x3ff))
    if (units.length >= UNITS_MAX) {
      text += String.fromCharCode(...units)
      units = []
    }
  }
  return text + String.fromCharCode(...units)
}

/** One character, U+0000 to U+00FF, per byte. */
export function readLatin1(buf: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i < end; i += UNITS_MAX) {
    text += String.fromCharCode(...buf.subarray(i, Math.min(end, i + UNITS_MAX)))
  }
  return text
}
