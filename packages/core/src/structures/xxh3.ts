/**
 * XXH3 with 64 bits, seed 0 and the default secret: the hash that the command DIGEST and the conditions IFDEQ and IFDNE
 * are defined by. Not for secrets.
 *
 * Source: Y. Collet, "xxHash fast digest algorithm", doc/xxhash_spec.md of the xxHash project; the names of the steps
 * are its own.
 *
 * Up to 240 bytes it counts with bigints; the loop of longer inputs, which takes most of the time of these, with
 * 32-bit words: each 64-bit number is a pair of them, low word first.
 */

import { fromLatin1 } from './bytes.ts'

const SECRET = fromLatin1(
  '\xb8\xfe\x6c\x39\x23\xa4\x4b\xbe\x7c\x01\x81\x2c\xf7\x21\xad\x1c\xde\xd4\x6d\xe9\x83\x90\x97\xdb' +
    '\x72\x40\xa4\xa4\xb7\xb3\x67\x1f\xcb\x79\xe6\x4e\xcc\xc0\xe5\x78\x82\x5a\xd0\x7d\xcc\xff\x72\x21' +
    '\xb8\x08\x46\x74\xf7\x43\x24\x8e\xe0\x35\x90\xe6\x81\x3a\x26\x4c\x3c\x28\x52\xbb\x91\xc3\x00\xcb' +
    '\x88\xd0\x65\x8b\x1b\x53\x2e\xa3\x71\x64\x48\x97\xa2\x0d\xf9\x4e\x38\x19\xef\x46\xa9\xde\xac\xd8' +
    '\xa8\xfa\x76\x3f\xe3\x9c\x34\x3f\xf9\xdc\xbb\xc7\xc7\x0b\x4f\x1d\x8a\x51\xe0\x4b\xcd\xb4\x59\x31' +
    '\xc8\x9f\x7e\xc9\xd9\x78\x73\x64\xea\xc5\xac\x83\x34\xd3\xeb\xc3\xc5\x81\xa0\xff\xfa\x13\x63\xeb' +
    '\x17\x0d\xdd\x51\xb7\xf0\xda\x49\xd3\x16\x55\x26\x29\xd4\x68\x9e\x2b\x16\xbe\x58\x7d\x47\xa1\xfc' +
    '\x8f\xf8\xb8\xd1\x7a\xd0\x31\xce\x45\xcb\x3a\x8f\x95\x16\x04\x28\xaf\xd7\xfb\xca\xbb\x4b\x40\x7e',
)

const PRIME32_1 = 0x9e3779b1
const PRIME32_2 = 0x85ebca77
const PRIME32_3 = 0xc2b2ae3d
const PRIME64_1 = 0x9e3779b185ebca87n
const PRIME64_2 = 0xc2b2ae3d27d4eb4fn
const PRIME64_3 = 0x165667b19e3779f9n
const PRIME64_4 = 0x85ebca77c2b2ae63n
const PRIME64_5 = 0x27d4eb2f165667c5n
const PRIME_MX1 = 0x165667919e3779f9n
const PRIME_MX2 = 0x9fb21c651e98df25n

const STRIPE = 64
const STRIPES_PER_BLOCK = (SECRET.length - STRIPE) / 8
const BLOCK = STRIPE * STRIPES_PER_BLOCK

/** Digits of a digest in hexadecimal form. */
export const XXH3_HEX_LENGTH = 16

/** @returns the hash of `buf[start .. start + length)`, 0 to 2^64 - 1 */
export function xxh3(buf: Uint8Array, start: number, length: number): bigint {
  if (length > 240) return hashLarge(buf, start, length)
  if (length > 16) return hashMedium(buf, start, length)
  if (length > 8) return hash9to16(buf, start, length)
  if (length > 3) return hash4to8(buf, start, length)
  if (length > 0) return hash1to3(buf, start, length)
  return avalancheXxh64(word64(SECRET, 56) ^ word64(SECRET, 64))
}

/** The hash as 16 digits in lower case. */
export function xxh3Hex(buf: Uint8Array, start: number, length: number): string {
  return xxh3(buf, start, length).toString(16).padStart(XXH3_HEX_LENGTH, '0')
}

// --- up to 240 bytes
// ---------------------------------------------------------------------------------------------------------------------

function hash1to3(buf: Uint8Array, start: number, length: number): bigint {
  const last = buf[start + length - 1]
  const combined = last | (length << 8) | (buf[start] << 16) | (buf[start + (length >> 1)] << 24)
  return avalancheXxh64(BigInt((word32(SECRET, 0) ^ word32(SECRET, 4) ^ combined) >>> 0))
}

function hash4to8(buf: Uint8Array, start: number, length: number): bigint {
  const combined = pair(word32(buf, start + length - 4), word32(buf, start))
  let value = word64(SECRET, 8) ^ word64(SECRET, 16) ^ combined
  value ^= rotateLeft(value, 49n) ^ rotateLeft(value, 24n)
  value = uint64(value * PRIME_MX2)
  value ^= (value >> 35n) + BigInt(length)
  value = uint64(value * PRIME_MX2)
  return value ^ (value >> 28n)
}

function hash9to16(buf: Uint8Array, start: number, length: number): bigint {
  const low = word64(SECRET, 24) ^ word64(SECRET, 32) ^ word64(buf, start)
  const high = word64(SECRET, 40) ^ word64(SECRET, 48) ^ word64(buf, start + length - 8)
  return avalanche(uint64(BigInt(length) + swapBytes(low) + high + foldedProduct(low, high)))
}

function hashMedium(buf: Uint8Array, start: number, length: number): bigint {
  let acc = BigInt(length) * PRIME64_1
  if (length <= 128) {
    for (let i = (length - 1) >> 5; i >= 0; i--) {
      acc += mixStep(buf, start + i * 16, i * 32)
      acc += mixStep(buf, start + length - i * 16 - 16, i * 32 + 16)
    }
    return avalanche(uint64(acc))
  }
  for (let i = 0; i < 8; i++) acc += mixStep(buf, start + i * 16, i * 16)
  acc = avalanche(uint64(acc))
  for (let i = 8; i < length >> 4; i++) acc += mixStep(buf, start + i * 16, (i - 8) * 16 + 3)
  acc += mixStep(buf, start + length - 16, 119)
  return avalanche(uint64(acc))
}

function mixStep(buf: Uint8Array, at: number, secretAt: number): bigint {
  return foldedProduct(word64(buf, at) ^ word64(SECRET, secretAt), word64(buf, at + 8) ^ word64(SECRET, secretAt + 8))
}

// --- more than 240 bytes
// ---------------------------------------------------------------------------------------------------------------------

const START = wordsOf([
  BigInt(PRIME32_3),
  PRIME64_1,
  PRIME64_2,
  PRIME64_3,
  PRIME64_4,
  BigInt(PRIME32_2),
  PRIME64_5,
  BigInt(PRIME32_1),
])

/** The secret's 32-bit words by their offsets in bytes, of which the algorithm uses odd ones too. */
const SECRET_WORDS = Int32Array.from({ length: SECRET.length - 3 }, (_, at) => word32(SECRET, at))

/** The eight accumulators; used again for every hash. */
const ACC = new Int32Array(16)

function hashLarge(buf: Uint8Array, start: number, length: number): bigint {
  ACC.set(START)
  const end = start + length
  let at = start
  for (; end - at > BLOCK; at += BLOCK) {
    for (let n = 0; n < STRIPES_PER_BLOCK; n++) accumulate(buf, at + n * STRIPE, n * 8)
    scramble()
  }
  for (let secretAt = 0; end - at > STRIPE; at += STRIPE, secretAt += 8) accumulate(buf, at, secretAt)
  accumulate(buf, end - STRIPE, SECRET.length - 71)
  return finalMerge(BigInt(length) * PRIME64_1, 11)
}

function accumulate(buf: Uint8Array, start: number, secretAt: number): void {
  for (let i = 0; i < 16; i += 2) {
    const at = start + i * 4
    const dataLow = buf[at] | (buf[at + 1] << 8) | (buf[at + 2] << 16) | (buf[at + 3] << 24)
    const dataHigh = buf[at + 4] | (buf[at + 5] << 8) | (buf[at + 6] << 16) | (buf[at + 7] << 24)
    addTo(i ^ 2, dataLow, dataHigh)
    addProduct(i, dataLow ^ SECRET_WORDS[secretAt + i * 4], dataHigh ^ SECRET_WORDS[secretAt + i * 4 + 4])
  }
}

/** Adds a 64-bit number to the accumulator at `i`. */
function addTo(i: number, low: number, high: number): void {
  const sum = (ACC[i] >>> 0) + (low >>> 0)
  ACC[i] = sum
  ACC[i + 1] += high + (sum >= 2 ** 32 ? 1 : 0)
}

/** Adds the 64-bit product of two 32-bit numbers to the accumulator at `i`. */
function addProduct(i: number, a: number, b: number): void {
  addTo(i, Math.imul(a, b), highProduct(a, b))
}

/** The upper word of the 64-bit product of two unsigned words, by the products of their halves. */
function highProduct(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const lows = aLow * bLow
  // At most (2^16 - 1)^2 + 2^16 - 1, and so on: none of the sums leaves 32 bits.
  const middle = aHigh * bLow + (lows >>> 16)
  const other = aLow * bHigh + (middle & 0xffff)
  return (aHigh * bHigh + (middle >>> 16) + (other >>> 16)) | 0
}

function scramble(): void {
  for (let i = 0; i < 16; i += 2) {
    const secretAt = SECRET.length - STRIPE + i * 4
    const low = ACC[i] ^ (ACC[i + 1] >>> 15) ^ SECRET_WORDS[secretAt]
    const high = ACC[i + 1] ^ SECRET_WORDS[secretAt + 4]
    ACC[i] = Math.imul(low, PRIME32_1)
    ACC[i + 1] = highProduct(low, PRIME32_1) + Math.imul(high, PRIME32_1)
  }
}

function finalMerge(initial: bigint, secretAt: number): bigint {
  let result = initial
  for (let i = 0; i < 16; i += 4) {
    const a = pair(ACC[i], ACC[i + 1]) ^ word64(SECRET, secretAt + i * 4)
    const b = pair(ACC[i + 2], ACC[i + 3]) ^ word64(SECRET, secretAt + i * 4 + 8)
    result += foldedProduct(a, b)
  }
  return avalanche(uint64(result))
}

// --- numbers of 64 bits
// ---------------------------------------------------------------------------------------------------------------------

function uint64(value: bigint): bigint {
  return BigInt.asUintN(64, value)
}

function pair(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
}

function wordsOf(values: readonly bigint[]): Int32Array {
  return Int32Array.from(values.flatMap((value) => [Number(value & 0xffffffffn), Number(value >> 32n)]))
}

function word32(buf: Uint8Array, at: number): number {
  return buf[at] | (buf[at + 1] << 8) | (buf[at + 2] << 16) | (buf[at + 3] << 24)
}

function word64(buf: Uint8Array, at: number): bigint {
  return pair(word32(buf, at), word32(buf, at + 4))
}

/** The two halves of the 128-bit product, one XORed onto the other. */
function foldedProduct(a: bigint, b: bigint): bigint {
  const product = a * b
  return uint64(product) ^ (product >> 64n)
}

function rotateLeft(value: bigint, bits: bigint): bigint {
  return uint64(value << bits) | (value >> (64n - bits))
}

function swapBytes(value: bigint): bigint {
  let swapped = 0n
  for (let rest = value, i = 0; i < 8; i++, rest >>= 8n) swapped = (swapped << 8n) | (rest & 0xffn)
  return swapped
}

function avalanche(value: bigint): bigint {
  const mixed = uint64((value ^ (value >> 37n)) * PRIME_MX1)
  return mixed ^ (mixed >> 32n)
}

function avalancheXxh64(value: bigint): bigint {
  let mixed = uint64((value ^ (value >> 33n)) * PRIME64_2)
  mixed = uint64((mixed ^ (mixed >> 29n)) * PRIME64_3)
  return mixed ^ (mixed >> 32n)
}
