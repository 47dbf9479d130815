/**
 * Scalable Bloom filter: sub-filters, each twice as strict as the one before, so that the error rates of all of them
 * add up to less than the one asked for.
 *
 *     sub-filter i   capacity  c * expansion^i       error  e / 2^(i+1)   (a filter that does not scale: e)
 *                    bits per item  -ln(error) / ln(2)^2,  or what k functions need; whole 64-bit words for all items
 *                    hash functions k  ceil(ln(2) * bits per item)
 *     bit j of an item, 0 <= j < k:  (a + j * b mod 2^64) mod bits;  a, b: two hashes of 64 bits
 *                    it is bit (n & 7) of byte (n >> 3)
 *
 * Invariants: an item is in at most one sub-filter; only the last one takes new items; `size` of each is at most its
 * capacity. An item takes k looks in the last sub-filter, and in the others until a bit is missing.
 *
 * 64-bit numbers are two halves, or what is left of them after division by the bits, which fits a double: at most
 * BITS_MAX, so that every product on the way is exact.
 *
 * Source: P. Almeida et al., Scalable Bloom Filters, 2007; positions and rounding are those of RedisBloom, so that its
 * filters can be loaded. The test holds them to the example in the documentation of BF.SCANDUMP.
 */

import { allocateBytes } from './allocation.ts'
import { hashHigh, hashLow, murmurHash64 } from './murmur-hash.ts'

export interface SubFilter {
  readonly capacity: number
  readonly errorRate: number
  readonly hashCount: number
  readonly bitsPerItem: number
  readonly bits: number
  readonly bytes: Uint8Array
  /** Items that are here. */
  size: number
  /** 2^64 mod bits, and 1 / bits. */
  readonly wrap: number
  readonly inverse: number
}

/** What `add` did. */
export const ADDED = 1
export const EXISTS = 0
export const FULL = -1
export const NO_MEMORY = -2

const BITS_MAX = 2 ** 35
/** A filter of one item that grows by one item at a time would have a sub-filter for each. */
export const SUB_FILTERS_MAX = 1024
const WORD_BITS = 64
const TIGHTENING = 0.5
const TWO_16 = 65536
const TWO_32 = 2 ** 32
/** ln(2)^2, with as many digits as RedisBloom has: the bits per item stand in its payloads. */
const LN2_SQUARED = 0.480453013918201
/** The seed of the first hash; the second one's is the first hash. */
const SEED_LOW = 0x5bd1e995
const SEED_HIGH = 0xc6a4a793 | 0

/** Bytes of the filter's description, and of one for each sub-filter, as RedisBloom counts them in BF.INFO. */
const FILTER_BYTES = 24
const SUB_FILTER_BYTES = 72

// The hashes of the item in hand, halves of 32 bits.
let aLow = 0
let aHigh = 0
let bLow = 0
let bHigh = 0

function hashItem(buf: Uint8Array, start: number, length: number): void {
  murmurHash64(buf, start, length, SEED_LOW, SEED_HIGH)
  aLow = hashLow() >>> 0
  aHigh = hashHigh() >>> 0
  murmurHash64(buf, start, length, aLow, aHigh)
  bLow = hashLow() >>> 0
  bHigh = hashHigh() >>> 0
}

/** `x % divisor` for whole x below 2^52; a division of doubles takes several times as long. */
function remainder(x: number, divisor: number, inverse: number): number {
  const rest = x - Math.floor(x * inverse) * divisor
  if (rest < 0) return rest + divisor
  return rest >= divisor ? rest - divisor : rest
}

/** What is left of a number of 64 bits. */
function remainder64(high: number, low: number, divisor: number, inverse: number): number {
  let rest = remainder(high, divisor, inverse)
  rest = remainder(rest * TWO_16 + (low >>> 16), divisor, inverse)
  return remainder(rest * TWO_16 + (low & 0xffff), divisor, inverse)
}

/** Sets the bits of the item in hand, or looks whether they are set. @returns whether all of them were */
function visitBits(filter: SubFilter, isAdding: boolean): boolean {
  const { bytes, bits, hashCount, wrap, inverse } = filter
  const step = remainder64(bHigh, bLow, bits, inverse)
  let position = remainder64(aHigh, aLow, bits, inverse)
  let low = aLow
  let high = aHigh
  let found = true
  for (let i = 0; i < hashCount; i++) {
    const index = Math.floor(position / 8)
    const bit = 1 << (position & 7)
    const byte = bytes[index]
    if ((byte & bit) === 0) {
      if (!isAdding) return false
      found = false
      bytes[index] = byte | bit
    }
    position += step
    if (position >= bits) position -= bits
    low += bLow
    high += bHigh
    if (low >= TWO_32) {
      low -= TWO_32
      high++
    }
    // The sum is one modulo 2^64.
    if (high >= TWO_32) {
      high -= TWO_32
      position -= wrap
      if (position < 0) position += bits
    }
  }
  return found
}

/** Bits per item that an error rate takes. */
export function bitsPerItemOf(errorRate: number): number {
  return -Math.log(errorRate) / LN2_SQUARED
}

export function hashCountOf(bitsPerItem: number): number {
  return Math.ceil(Math.LN2 * bitsPerItem)
}

/**
 * Bits of a sub-filter: whole words of 64. The formula for the bits per item is that of the best number of hash
 * functions, which is no whole one; with a whole number of them, the error rate takes up to 1.5 % more.
 */
function bitsOf(capacity: number, errorRate: number): number {
  const bitsPerItem = bitsPerItemOf(errorRate)
  const hashCount = hashCountOf(bitsPerItem)
  const needed = -hashCount / Math.log1p(-(errorRate ** (1 / hashCount)))
  return Math.ceil(Math.max(1, Math.floor(capacity * Math.max(bitsPerItem, needed))) / WORD_BITS) * WORD_BITS
}

/**
 * @param bits whole bytes
 * @returns undefined when there is not that much memory
 */
export function createSubFilter(
  capacity: number,
  errorRate: number,
  bits: number = bitsOf(capacity, errorRate),
  content?: Uint8Array,
): SubFilter | undefined {
  if (!(bits <= BITS_MAX)) return undefined
  const bytes = content ?? allocateBytes(bits / 8)
  if (bytes === undefined) return undefined
  const bitsPerItem = bitsPerItemOf(errorRate)
  const wrap = Number((1n << 64n) % BigInt(bits))
  const hashCount = hashCountOf(bitsPerItem)
  return { capacity, errorRate, hashCount, bitsPerItem, bits, bytes, size: 0, wrap, inverse: 1 / bits }
}

export class BloomFilter {
  readonly subFilters: SubFilter[]
  readonly isScaling: boolean
  /** How many times as large as the last one a new sub-filter is. */
  readonly expansion: number
  /** Items in all of them. */
  size = 0

  constructor(subFilters: SubFilter[], isScaling: boolean, expansion: number) {
    this.subFilters = subFilters
    this.isScaling = isScaling
    this.expansion = expansion
  }

  /**
   * @param capacity items, at least 1
   * @param errorRate between 0 and 1, both excluded
   * @returns undefined when there is not that much memory
   */
  static create(capacity: number, errorRate: number, isScaling: boolean, expansion: number): BloomFilter | undefined {
    const first = createSubFilter(capacity, isScaling ? errorRate * TIGHTENING : errorRate)
    return first === undefined ? undefined : new BloomFilter([first], isScaling, expansion)
  }

  /** Items that fit before the next sub-filter. */
  get capacity(): number {
    let capacity = 0
    for (const { capacity: one } of this.subFilters) capacity += one
    return capacity
  }

  get memoryBytes(): number {
    let bytes = FILTER_BYTES
    for (const filter of this.subFilters) bytes += SUB_FILTER_BYTES + filter.bytes.length
    return bytes
  }

  has(buf: Uint8Array, start: number, length: number): boolean {
    hashItem(buf, start, length)
    return this.#hasHashed(this.subFilters.length)
  }

  /** @param count how many of the sub-filters to ask */
  #hasHashed(count: number): boolean {
    const { subFilters } = this
    for (let i = count - 1; i >= 0; i--) if (visitBits(subFilters[i], false)) return true
    return false
  }

  /** @returns ADDED; EXISTS: it, or one that looks like it, was there; FULL; NO_MEMORY for the next sub-filter */
  add(buf: Uint8Array, start: number, length: number): number {
    hashItem(buf, start, length)
    const { subFilters } = this
    const count = subFilters.length
    let last = subFilters[count - 1]
    if (last.size < last.capacity) {
      if (this.#hasHashed(count - 1) || visitBits(last, true)) return EXISTS
    } else {
      if (this.#hasHashed(count)) return EXISTS
      if (!this.isScaling) return FULL
      if (count >= SUB_FILTERS_MAX) return NO_MEMORY
      const next = createSubFilter(last.capacity * this.expansion, last.errorRate * TIGHTENING)
      if (next === undefined) return NO_MEMORY
      subFilters.push(next)
      last = next
      visitBits(last, true)
    }
    last.size++
    this.size++
    return ADDED
  }

  copy(): BloomFilter {
    const subFilters = this.subFilters.map((filter) => ({ ...filter, bytes: filter.bytes.slice() }))
    const copy = new BloomFilter(subFilters, this.isScaling, this.expansion)
    copy.size = this.size
    return copy
  }
}
