/**
 * The hash functions of RedisBloom, which decide where the bits of an item lie: a filter that was written there means
 * the same here.
 *
 *     murmurHash64   MurmurHash64A: Bloom and cuckoo filters        murmurHash32   MurmurHash2: sketches, top-k lists
 *
 * The 64 bits are two halves of 32: BigInt would make objects at each step. Source: A. Appleby, MurmurHash2 (public
 * domain); the constants are the algorithm's own.
 */

const M_LOW = 0x5bd1e995
const M_HIGH = 0xc6a4a793 | 0
/** The constant's lower half in two parts of 16 bits. */
const M_LOW_LOW = M_LOW & 0xffff
const M_LOW_HIGH = M_LOW >>> 16
const TWO_16 = 65536
const TWO_32 = 2 ** 32
/** Of the 47 bits by which the algorithm shifts, those beyond the upper half's 32. */
const SHIFT = 47 - 32

let low = 0
let high = 0

/** The halves of the last hash, as signed 32-bit numbers. */
export const hashLow = (): number => low
export const hashHigh = (): number => high

/** Multiplies the two halves by the constant, modulo 2^64. */
function multiply(): void {
  const al = low & 0xffff
  const ah = low >>> 16
  const middle = ah * M_LOW_LOW + ((al * M_LOW_LOW) >>> 16)
  const carry = (middle & 0xffff) + al * M_LOW_HIGH
  const carried = ah * M_LOW_HIGH + Math.floor(middle / TWO_16) + Math.floor(carry / TWO_16)
  high = (carried + Math.imul(low, M_HIGH) + Math.imul(high, M_LOW)) | 0
  low = Math.imul(low, M_LOW)
}

/**
 * Hashes `buf[start .. start + length)`; `hashLow` and `hashHigh` have the result.
 * @param seedLow,seedHigh the halves of the seed
 */
export function murmurHash64(buf: Uint8Array, start: number, length: number, seedLow: number, seedHigh: number): void {
  // h = seed ^ (length * m)
  low = length | 0
  high = Math.floor(length / TWO_32) | 0
  multiply()
  let hashedLow = low ^ seedLow
  let hashedHigh = high ^ seedHigh
  const end = start + length - (length & 7)
  for (let i = start; i < end; i += 8) {
    low = buf[i] | (buf[i + 1] << 8) | (buf[i + 2] << 16) | (buf[i + 3] << 24)
    high = buf[i + 4] | (buf[i + 5] << 8) | (buf[i + 6] << 16) | (buf[i + 7] << 24)
    multiply()
    low ^= high >>> SHIFT
    multiply()
    low ^= hashedLow
    high ^= hashedHigh
    multiply()
    hashedLow = low
    hashedHigh = high
  }
  const rest = length & 7
  low = hashedLow
  high = hashedHigh
  if (rest > 0) {
    for (let k = 0; k < rest; k++) {
      if (k < 4) low ^= buf[end + k] << (8 * k)
      else high ^= buf[end + k] << (8 * (k - 4))
    }
    multiply()
  }
  low ^= high >>> SHIFT
  multiply()
  low ^= high >>> SHIFT
}

/** @returns the hash of `buf[start .. start + length)`, 32 bits unsigned */
export function murmurHash32(buf: Uint8Array, start: number, length: number, seed: number): number {
  let hash = seed ^ length
  const end = start + length - (length & 3)
  for (let i = start; i < end; i += 4) {
    let k = buf[i] | (buf[i + 1] << 8) | (buf[i + 2] << 16) | (buf[i + 3] << 24)
    k = Math.imul(k, M_LOW)
    k ^= k >>> 24
    hash = Math.imul(hash, M_LOW) ^ Math.imul(k, M_LOW)
  }
  const rest = length & 3
  if (rest > 0) {
    for (let k = 0; k < rest; k++) hash ^= buf[end + k] << (8 * k)
    hash = Math.imul(hash, M_LOW)
  }
  hash ^= hash >>> 13
  hash = Math.imul(hash, M_LOW)
  return (hash ^ (hash >>> 15)) >>> 0
}
