/**
 * Seeded 32-bit hash of a key: HalfSipHash with one compression and two finalisation rounds, the strength that Valkey's
 * tables have with SipHash-1-2. A client that does not know the seed cannot aim keys at one bucket.
 *
 * State is four 32-bit words, so every step is one machine instruction in JavaScript's int32 arithmetic.
 * Source: J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF" and the authors' HalfSipHash.
 */

/** @returns a signed 32-bit hash of `buf[start .. start + length)` */
export function hashBytes(seedLow: number, seedHigh: number, buf: Uint8Array, start: number, length: number): number {
  let v0 = seedLow
  let v1 = seedHigh
  let v2 = 0x6c796765 ^ seedLow
  let v3 = 0x74656462 ^ seedHigh
  const end = start + length
  const wordsEnd = start + (length & ~3)
  let i = start
  for (; i < wordsEnd; i += 4) {
    const m = buf[i] | (buf[i + 1] << 8) | (buf[i + 2] << 16) | (buf[i + 3] << 24)
    v3 ^= m
    v0 = (v0 + v1) | 0
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
    v0 = (v0 << 16) | (v0 >>> 16)
    v2 = (v2 + v3) | 0
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
    v0 = (v0 + v3) | 0
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
    v2 = (v2 + v1) | 0
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
    v2 = (v2 << 16) | (v2 >>> 16)
    v0 ^= m
  }
  let last = length << 24
  for (let shift = 0; i < end; i++, shift += 8) last |= buf[i] << shift
  v3 ^= last
  for (let round = 0; round < 3; round++) {
    if (round === 1) {
      v0 ^= last
      v2 ^= 0xff
    }
    v0 = (v0 + v1) | 0
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
    v0 = (v0 << 16) | (v0 >>> 16)
    v2 = (v2 + v3) | 0
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
    v0 = (v0 + v3) | 0
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
    v2 = (v2 + v1) | 0
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
    v2 = (v2 << 16) | (v2 >>> 16)
  }
  return v1 ^ v3
}
