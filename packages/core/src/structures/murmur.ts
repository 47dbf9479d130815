/**
 * MurmurHash64A (A. Appleby), as Redis hashes the elements of a HyperLogLog. The 64 bits are two 32-bit halves: BigInt
 * would make objects for each step.
 */

const M_LOW = 0x5bd1e995
const M_HIGH = 0xc6a4a793 | 0
const SHIFT = 47

let low = 0
let high = 0

/** The halves of the last hash, as signed 32-bit numbers. */
export const hashLow = (): number => low
export const hashHigh = (): number => high

/** Multiplies the two halves by the constant, modulo 2^64. */
function multiply(): void {
  const a = low >>> 0
  const al = a & 0xffff
  const ah = a >>> 16
  const bl = M_LOW & 0xffff
  const bh = M_LOW >>> 16
  const middle = ah * bl + ((al * bl) >>> 16)
  const carry = (middle & 0xffff) + al * bh
  const productHigh = ah * bh + Math.floor(middle / 65536) + Math.floor(carry / 65536)
  high = (productHigh + Math.imul(low, M_HIGH) + Math.imul(high, M_LOW)) | 0
  low = Math.imul(low, M_LOW)
}

/** x ^= x >>> 47 */
function mix(): void {
  low ^= high >>> (SHIFT - 32)
}

/** Hashes `buf[start .. start + length)`; `hashLow` and `hashHigh` have the result. */
export function murmurHash64(buf: Uint8Array, start: number, length: number, seed: number): void {
  // h = seed ^ (length * m)
  low = length | 0
  high = Math.floor(length / 2 ** 32) | 0
  multiply()
  low ^= seed
  let hashedLow = low
  let hashedHigh = high
  const end = start + (length & ~7)
  let i = start
  for (; i < end; i += 8) {
    low = buf[i] | (buf[i + 1] << 8) | (buf[i + 2] << 16) | (buf[i + 3] << 24)
    high = buf[i + 4] | (buf[i + 5] << 8) | (buf[i + 6] << 16) | (buf[i + 7] << 24)
    multiply()
    mix()
    multiply()
    low ^= hashedLow
    high ^= hashedHigh
    multiply()
    hashedLow = low
    hashedHigh = high
  }
  const rest = length & 7
  if (rest > 0) {
    low = 0
    high = 0
    for (let k = 0; k < rest; k++) {
      if (k < 4) low |= buf[i + k] << (8 * k)
      else high |= buf[i + k] << (8 * (k - 4))
    }
    low ^= hashedLow
    high ^= hashedHigh
    multiply()
  } else {
    low = hashedLow
    high = hashedHigh
  }
  mix()
  multiply()
  mix()
}
