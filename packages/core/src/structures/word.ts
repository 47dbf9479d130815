/** Words of 32 bits in runs of bytes, little-endian, at any offset. */

/** @returns the word, signed */
export function readWord(buf: Uint8Array, at: number): number {
  return buf[at] | (buf[at + 1] << 8) | (buf[at + 2] << 16) | (buf[at + 3] << 24)
}

/** Writes the lowest 32 bits of a whole number. @returns the offset behind them */
export function writeWord(buf: Uint8Array, at: number, value: number): number {
  buf[at] = value
  buf[at + 1] = value >> 8
  buf[at + 2] = value >> 16
  buf[at + 3] = value >> 24
  return at + 4
}
