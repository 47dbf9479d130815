/** Finding what is special in strings of JSON, four bytes at a time. */

const ONES = 0x01010101
const HIGH = 0x80808080
const SPACES = 0x20202020
const QUOTES = 0x22222222
const BACKSLASHES = 0x5c5c5c5c
/** By byte: whether it stands for itself, and alone, within a string. */
const PLAIN = new Uint8Array(256).fill(1, 32, 128)
PLAIN[34] = 0
PLAIN[92] = 0

/**
 * Where the first byte at or behind `start` is that is a quote, a backslash, a control character or not ASCII; `end` when
 * there is none.
 * @param words a view of the same bytes as `src`
 */
export function plainEnd(words: DataView, src: Uint8Array, start: number, end: number): number {
  let at = start
  for (; at + 4 <= end; at += 4) {
    const x = words.getInt32(at, true)
    // The high bit of each byte: that of x itself, or a borrow from a byte that was below 1, or below 32. A borrow can
    // make a byte above one that was found look special, too, but only the lowest counts.
    const special = (((x ^ QUOTES) - ONES) | ((x ^ BACKSLASHES) - ONES) | (x - SPACES) | x) & HIGH
    if (special !== 0) return at + ((31 - Math.clz32(special & -special)) >> 3)
  }
  while (at < end && PLAIN[src[at]] === 1) at++
  return at
}
