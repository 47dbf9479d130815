/**
 * Cuckoo filter: fingerprints of one byte in buckets. An item has two buckets; when both are full, fingerprints move to
 * their other bucket to make room, and when that does not help, a further sub-filter is made.
 *
 *     sub-filter      buckets (a power of two) of `bucketSize` bytes each; 0: free
 *     fingerprint f   hash mod 255 + 1
 *     first bucket    hash mod buckets
 *     second bucket   (hash ^ f * 0x5bd1e995) mod buckets: each bucket of the two leads to the other by f alone
 *
 * Invariants: a fingerprint lies in one of its two buckets; sub-filters only grow. An item takes two buckets a
 * sub-filter, plus at most `maxIterations` moves in the last one; moves that lead nowhere are taken back.
 *
 * Source: B. Fan et al., Cuckoo Filter: Practically Better Than Bloom, 2014; hash and positions are those of
 * RedisBloom, so that its filters can be loaded: the test has the example in the documentation of CF.SCANDUMP.
 */

import { allocateBytes } from './allocation.ts'
import { hashHigh, hashLow, murmurHash64 } from './murmur-hash.ts'

/** What `add` did. */
export const ADDED = 1
/** The filter may not grow (expansion 0). */
export const FULL = -1
/** The filter has grown as often as it may. */
export const TOO_MANY = -2
export const NO_MEMORY = -3

const MULTIPLIER = 0x5bd1e995
const FINGERPRINTS = 255
export const BUCKETS_MAX = 2 ** 31
export const MAX_ITERATIONS_MAX = 65535
/** Places of the moves in hand. A double each: there may be more than 2^32 places. */
const path = new Float64Array(MAX_ITERATIONS_MAX)

/** Bytes of the filter's description, and of one for each sub-filter, as RedisBloom counts them in CF.INFO. */
const FILTER_BYTES = 40
const SUB_FILTER_BYTES = 16

// The item in hand.
let fingerprint = 0
let hash = 0

function hashItem(buf: Uint8Array, start: number, length: number): void {
  murmurHash64(buf, start, length, 0, 0)
  hash = hashLow()
  // 2^32 is 1 modulo 255.
  fingerprint = (((hashHigh() >>> 0) + (hash >>> 0)) % FINGERPRINTS) + 1
}

/** The least power of two that is not below `x`; 0 for 0. */
export function powerOfTwo(x: number): number {
  return x <= 0 ? 0 : 2 ** Math.ceil(Math.log2(x))
}

export interface CuckooOptions {
  /** Fingerprints in a bucket, 1 to 255. */
  readonly bucketSize: number
  readonly maxIterations: number
  /** How many times as large as the last one a new sub-filter is, a power of two; 0: the filter does not grow. */
  readonly expansion: number
}

export class CuckooFilter implements CuckooOptions {
  readonly bucketSize: number
  readonly maxIterations: number
  readonly expansion: number
  readonly subFilters: Uint8Array[]
  size = 0
  deletedCount = 0

  constructor({ bucketSize, maxIterations, expansion }: CuckooOptions, subFilters: Uint8Array[]) {
    this.bucketSize = bucketSize
    this.maxIterations = maxIterations
    this.expansion = expansion
    this.subFilters = subFilters
  }

  /** @returns undefined when there is not that much memory */
  static create(capacity: number, options: CuckooOptions): CuckooFilter | undefined {
    const buckets = Math.max(1, powerOfTwo(Math.floor(capacity / options.bucketSize)))
    const first = buckets <= BUCKETS_MAX ? allocateBytes(buckets * options.bucketSize) : undefined
    return first === undefined
      ? undefined
      : new CuckooFilter({ ...options, expansion: powerOfTwo(options.expansion) }, [first])
  }

  get bucketCount(): number {
    let count = 0
    for (const bytes of this.subFilters) count += bytes.length
    return count / this.bucketSize
  }

  get memoryBytes(): number {
    let bytes = FILTER_BYTES
    for (const { length } of this.subFilters) bytes += SUB_FILTER_BYTES + length
    return bytes
  }

  has(buf: Uint8Array, start: number, length: number): boolean {
    hashItem(buf, start, length)
    return this.#hasHashed()
  }

  #hasHashed(): boolean {
    for (const bytes of this.subFilters) if (this.#find(bytes, fingerprint) >= 0) return true
    return false
  }

  /** How often the item may be in the filter. */
  count(buf: Uint8Array, start: number, length: number): number {
    hashItem(buf, start, length)
    let count = 0
    for (const bytes of this.subFilters) {
      const mask = bytes.length / this.bucketSize - 1
      const first = hash & mask
      const second = (hash ^ Math.imul(fingerprint, MULTIPLIER)) & mask
      count += this.#countIn(bytes, first)
      if (second !== first) count += this.#countIn(bytes, second)
    }
    return count
  }

  #countIn(bytes: Uint8Array, bucket: number): number {
    const start = bucket * this.bucketSize
    let count = 0
    for (let i = start; i < start + this.bucketSize; i++) if (bytes[i] === fingerprint) count++
    return count
  }

  /** Place of a byte in one of the buckets of the item in hand: its fingerprint, or 0 for a free place. @returns -1 */
  #find(bytes: Uint8Array, wanted: number): number {
    const { bucketSize } = this
    const mask = bytes.length / bucketSize - 1
    const first = (hash & mask) * bucketSize
    for (let i = first; i < first + bucketSize; i++) if (bytes[i] === wanted) return i
    const second = ((hash ^ Math.imul(fingerprint, MULTIPLIER)) & mask) * bucketSize
    for (let i = second; i < second + bucketSize; i++) if (bytes[i] === wanted) return i
    return -1
  }

  /**
   * Adds an item, again if it is there.
   * @param expansionsMax sub-filters that the filter may have
   * @returns ADDED, FULL, TOO_MANY or NO_MEMORY
   */
  add(buf: Uint8Array, start: number, length: number, expansionsMax: number): number {
    hashItem(buf, start, length)
    return this.#addHashed(expansionsMax)
  }

  /** Adds an item unless it, or one that looks like it, is there. @returns 0 then, else as `add` */
  addNew(buf: Uint8Array, start: number, length: number, expansionsMax: number): number {
    hashItem(buf, start, length)
    return this.#hasHashed() ? 0 : this.#addHashed(expansionsMax)
  }

  #addHashed(expansionsMax: number): number {
    const { subFilters } = this
    for (let i = subFilters.length - 1; i >= 0; i--) {
      const free = this.#find(subFilters[i], 0)
      if (free < 0) continue
      subFilters[i][free] = fingerprint
      this.size++
      return ADDED
    }
    const last = subFilters[subFilters.length - 1]
    if (!this.#makeRoom(last)) {
      if (this.expansion === 0) return FULL
      if (subFilters.length >= expansionsMax) return TOO_MANY
      const buckets = (last.length / this.bucketSize) * this.expansion
      const next = buckets <= BUCKETS_MAX ? allocateBytes(buckets * this.bucketSize) : undefined
      if (next === undefined) return NO_MEMORY
      subFilters.push(next)
      next[this.#find(next, 0)] = fingerprint
    }
    this.size++
    return ADDED
  }

  /**
   * Puts the fingerprint in hand in the place of another one, that one in its other bucket, and so on. Which one has to
   * go is random: in turn, two buckets would soon go in circles. The hash is the seed, so that the same commands give
   * the same filter.
   */
  #makeRoom(bytes: Uint8Array): boolean {
    const { bucketSize, maxIterations } = this
    const mask = bytes.length / bucketSize - 1
    let bucket = hash & mask
    let inHand = fingerprint
    let random = hash | 1
    for (let i = 0; i < maxIterations; i++) {
      random ^= random << 13
      random ^= random >>> 17
      random ^= random << 5
      const at = bucket * bucketSize + ((random >>> 0) % bucketSize)
      path[i] = at
      const displaced = bytes[at]
      bytes[at] = inHand
      inHand = displaced
      bucket = (bucket ^ Math.imul(inHand, MULTIPLIER)) & mask
      for (let j = bucket * bucketSize; j < (bucket + 1) * bucketSize; j++) {
        if (bytes[j] !== 0) continue
        bytes[j] = inHand
        return true
      }
    }
    for (let i = maxIterations - 1; i >= 0; i--) {
      const displaced = bytes[path[i]]
      bytes[path[i]] = inHand
      inHand = displaced
    }
    return false
  }

  /** Takes an item out once. @returns false when it is not there */
  delete(buf: Uint8Array, start: number, length: number): boolean {
    hashItem(buf, start, length)
    for (let i = this.subFilters.length - 1; i >= 0; i--) {
      const at = this.#find(this.subFilters[i], fingerprint)
      if (at < 0) continue
      this.subFilters[i][at] = 0
      this.size--
      this.deletedCount++
      return true
    }
    return false
  }

  copy(): CuckooFilter {
    const copy = new CuckooFilter(
      this,
      this.subFilters.map((bytes) => bytes.slice()),
    )
    copy.size = this.size
    copy.deletedCount = this.deletedCount
    return copy
  }
}
