/**
 * CRC-64 as in the trailer of an RDB file and of a DUMP payload.
 *
 *     polynomial 0xad93d23594c935a9 (Jones), input and output reflected, initial value 0, nothing xored in the end
 *
 * The value is kept as two halves of 32 bits, since a bigint a byte would cost a hundred times as much. Eight bytes are
 * taken at a time, by eight tables ("slicing-by-8"); the tables (16 KB) are made when the first checksum is.
 *
 * Source: D. Jones, "An Improved 64-bit Cyclic Redundancy Check for Protein Sequences"; M. Kounavis and F. Berry, "A
 * Systematic Approach to Building High Performance, Software-based, CRC Generators". Check value: CRC of "123456789" is
 * e9c6d914c4b8d9ca.
 */

export const CRC64_BYTES = 8

/** The polynomial with its bits reversed: reflected, the lowest bit of a word is the highest power. */
const POLYNOMIAL_LOW = 0xac4bc9b5 | 0
const POLYNOMIAL_HIGH = 0x95ac9329 | 0

const SLICES = 8

/** `[slice * 256 + byte]`: what that byte adds when `slice` more bytes follow it. */
let lows: Int32Array | undefined
let highs: Int32Array | undefined

function makeTables(): void {
  const low = new Int32Array(SLICES * 256)
  const high = new Int32Array(SLICES * 256)
  for (let byte = 0; byte < 256; byte++) {
    let l = byte
    let h = 0
    for (let bit = 0; bit < 8; bit++) {
      const carry = l & 1
      l = (l >>> 1) | (h << 31)
      h >>>= 1
      if (carry === 1) {
        l ^= POLYNOMIAL_LOW
        h ^= POLYNOMIAL_HIGH
      }
    }
    low[byte] = l
    high[byte] = h
  }
  for (let i = 256; i < SLICES * 256; i++) {
    const l = low[i - 256]
    const h = high[i - 256]
    low[i] = ((l >>> 8) | (h << 24)) ^ low[l & 255]
    high[i] = (h >>> 8) ^ high[l & 255]
  }
  lows = low
  highs = high
}

/** A checksum that is fed piece by piece. */
export class Crc64 {
  #low = 0
  #high = 0

  reset(): void {
    this.#low = 0
    this.#high = 0
  }

  update(buf: Uint8Array, start: number, length: number): void {
    if (lows === undefined || highs === undefined) makeTables()
    const low = lows as Int32Array
    const high = highs as Int32Array
    let l = this.#low
    let h = this.#high
    const end = start + length
    let i = start
    for (const last = end - 8; i <= last; i += 8) {
      l ^= buf[i] | (buf[i + 1] << 8) | (buf[i + 2] << 16) | (buf[i + 3] << 24)
      h ^= buf[i + 4] | (buf[i + 5] << 8) | (buf[i + 6] << 16) | (buf[i + 7] << 24)
      const a = 1792 + (l & 255)
      const b = 1536 + ((l >>> 8) & 255)
      const c = 1280 + ((l >>> 16) & 255)
      const d = 1024 + (l >>> 24)
      const e = 768 + (h & 255)
      const f = 512 + ((h >>> 8) & 255)
      const g = 256 + ((h >>> 16) & 255)
      const k = h >>> 24
      l = low[a] ^ low[b] ^ low[c] ^ low[d] ^ low[e] ^ low[f] ^ low[g] ^ low[k]
      h = high[a] ^ high[b] ^ high[c] ^ high[d] ^ high[e] ^ high[f] ^ high[g] ^ high[k]
    }
    for (; i < end; i++) {
      const k = (l ^ buf[i]) & 255
      l = ((l >>> 8) | (h << 24)) ^ low[k]
      h = (h >>> 8) ^ high[k]
    }
    this.#low = l
    this.#high = h
  }

  /** Writes the checksum, its lowest byte first, as RDB does. */
  write(buf: Uint8Array, at: number): void {
    for (let i = 0; i < 4; i++) {
      buf[at + i] = this.#low >>> (8 * i)
      buf[at + 4 + i] = this.#high >>> (8 * i)
    }
  }

  /** Whether the eight bytes at `at` are the checksum. */
  matches(buf: Uint8Array, at: number): boolean {
    let wrong = 0
    for (let i = 0; i < 4; i++) {
      wrong |= buf[at + i] ^ ((this.#low >>> (8 * i)) & 255)
      wrong |= buf[at + 4 + i] ^ ((this.#high >>> (8 * i)) & 255)
    }
    return wrong === 0
  }
}
