/**
 * One region of a hash table: 1 to 64 buckets in an arena block, with the keys in the order of their positions. The
 * drawing and the invariants are in hash-table.ts; these functions know a region's words, and neither the directory nor
 * a key.
 */

import { type Arena, PAGE_SHIFT, SEGMENT_SHIFT, SEGMENT_UNIT_MASK } from './arena.ts'

export const SLOTS = 10
export const BUCKET_WORDS = 16
export const BUCKET_BYTES = 64
export const ADDRESS_WORD = 5
export const META_WORD = 15
export const BUCKETS_MAX = 64

/** Region sizes, in buckets: those that fill a size class of the arena. */
const REGION_STEPS = buildRegionSteps()

function buildRegionSteps(): number[] {
  const steps: number[] = []
  for (let n = 1; n <= 16; n++) steps.push(n)
  for (let n = 18; n <= 32; n += 2) steps.push(n)
  for (let n = 36; n <= BUCKETS_MAX; n += 4) steps.push(n)
  return steps
}

/** The smallest region with at least this many buckets. */
export function regionStep(buckets: number): number {
  for (const n of REGION_STEPS) if (n >= buckets) return n
  return BUCKETS_MAX
}

/** An empty region, a block of this kind, whose buckets carry the version `epoch`. */
export function newRegion(arena: Arena, kind: number, buckets: number, epoch: number): number {
  const region = arena.alloc(buckets * BUCKET_BYTES, kind)
  const base = (region & SEGMENT_UNIT_MASK) << 1
  const words = arena.i32[region >>> SEGMENT_SHIFT]
  words.fill(0, base, base + buckets * BUCKET_WORDS)
  for (let b = 0; b < buckets; b++) words[base + b * BUCKET_WORDS + META_WORD] = epoch << 8
  return region
}

/** A region with the same buckets. */
export function copyRegion(arena: Arena, kind: number, region: number, buckets: number): number {
  const copy = arena.alloc(buckets * BUCKET_BYTES, kind)
  const base = (region & SEGMENT_UNIT_MASK) << 1
  const words = arena.i32[region >>> SEGMENT_SHIFT].subarray(base, base + buckets * BUCKET_WORDS)
  arena.i32[copy >>> SEGMENT_SHIFT].set(words, (copy & SEGMENT_UNIT_MASK) << 1)
  return copy
}

/**
 * Puts a key into a region, in its home bucket or at most `passMax` buckets behind.
 * @returns false when all of those are full
 */
export function placeInRegion(
  arena: Arena,
  region: number,
  buckets: number,
  position: number,
  address: number,
  passMax: number,
): boolean {
  const words = arena.i32[region >>> SEGMENT_SHIFT]
  const base = (region & SEGMENT_UNIT_MASK) << 1
  const home = (position * buckets) >>> 16
  let b = home
  for (let pass = 0; pass <= passMax && pass < buckets; pass++) {
    const bucket = base + b * BUCKET_WORDS
    for (let slot = 0; slot < SLOTS; slot++) {
      if (words[bucket + ADDRESS_WORD + slot] !== 0) continue
      setPosition(words, bucket, slot, position)
      words[bucket + ADDRESS_WORD + slot] = address
      for (let p = home; p !== b; p = p + 1 === buckets ? 0 : p + 1) words[base + p * BUCKET_WORDS + META_WORD]++
      return true
    }
    if (++b === buckets) b = 0
  }
  return false
}

/**
 * Puts all keys of region `from` into region `to`.
 * @param half 0: same positions; 1 or 2: `from` was the lower or upper half of `to`'s prefix, so positions lose a bit
 * @returns false when one did not find a place
 */
export function pourRegion(
  arena: Arena,
  from: number,
  fromBuckets: number,
  to: number,
  toBuckets: number,
  half: number,
  passMax: number,
): boolean {
  const words = arena.i32[from >>> SEGMENT_SHIFT]
  const base = (from & SEGMENT_UNIT_MASK) << 1
  for (let bucket = base; bucket < base + fromBuckets * BUCKET_WORDS; bucket += BUCKET_WORDS) {
    for (let slot = 0; slot < SLOTS; slot++) {
      const address = words[bucket + ADDRESS_WORD + slot]
      if (address === 0) continue
      let position = positionAt(words, bucket, slot)
      if (half !== 0) position = (position >>> 1) | (half === 2 ? 0x8000 : 0)
      if (!placeInRegion(arena, to, toBuckets, position, address, passMax)) return false
    }
  }
  return true
}

/** Keys that are to make up a region of their own, and the region once it is built. */
export class RegionKeys {
  readonly #addresses: number[] = []
  readonly #positions: number[] = []
  region = 0
  buckets = 0

  add(address: number, position: number): void {
    this.#addresses.push(address)
    this.#positions.push(position)
  }

  /**
   * Puts the keys into the smallest new region that takes them. Throws when there is no memory for it, or none does.
   */
  build(arena: Arena, kind: number, epoch: number, passMax: number): void {
    const addresses = this.#addresses
    for (let n = regionStep(Math.ceil(addresses.length / (SLOTS * 0.92))); ; n = regionStep(n + 1)) {
      const region = newRegion(arena, kind, n, epoch)
      let placed = 0
      while (placed < addresses.length) {
        if (!placeInRegion(arena, region, n, this.#positions[placed], addresses[placed], passMax)) break
        placed++
      }
      if (placed === addresses.length) {
        this.region = region
        this.buckets = n
        return
      }
      arena.free(region)
      if (n === BUCKETS_MAX) throw new RangeError('hash table: too many keys share one hash')
    }
  }
}

/** Builds both halves of a region that is split; when that fails, neither is there. */
export function buildHalves(
  arena: Arena,
  kind: number,
  low: RegionKeys,
  high: RegionKeys,
  epoch: number,
  passMax: number,
): void {
  low.build(arena, kind, epoch, passMax)
  try {
    high.build(arena, kind, epoch, passMax)
  } catch (error) {
    arena.free(low.region)
    throw error
  }
}

/** The first key of a region that fills its block, or 0. */
export function anyKey(arena: Arena, region: number): number {
  const words = arena.i32[region >>> SEGMENT_SHIFT]
  const base = (region & SEGMENT_UNIT_MASK) << 1
  const buckets = Math.floor(arena.capacity(region) / BUCKET_BYTES)
  for (let bucket = base; bucket < base + buckets * BUCKET_WORDS; bucket += BUCKET_WORDS) {
    for (let slot = 0; slot < SLOTS; slot++) {
      if (words[bucket + ADDRESS_WORD + slot] !== 0) return words[bucket + ADDRESS_WORD + slot]
    }
  }
  return 0
}

export function countInRegion(arena: Arena, region: number, buckets: number): number {
  const words = arena.i32[region >>> SEGMENT_SHIFT]
  const base = (region & SEGMENT_UNIT_MASK) << 1
  let keys = 0
  for (let bucket = base; bucket < base + buckets * BUCKET_WORDS; bucket += BUCKET_WORDS) {
    for (let slot = 0; slot < SLOTS; slot++) if (words[bucket + ADDRESS_WORD + slot] !== 0) keys++
  }
  return keys
}

/** Whether all blocks of a page of the arena are regions that a directory names. */
export function ownsPage(arena: Arena, directory: Int32Array, page: number): boolean {
  let blocks = 0
  let last = 0
  for (let d = 0; d < directory.length; d += 2) {
    // Pairs that name the same region stand side by side.
    if (directory[d] === last) continue
    last = directory[d]
    if (last >>> PAGE_SHIFT === page) blocks++
  }
  return blocks === arena.blocksIn(page)
}

/** Visits all keys of a region, in the order of its buckets. */
export function eachOfRegion(arena: Arena, region: number, buckets: number, visit: (address: number) => void): void {
  const words = arena.i32[region >>> SEGMENT_SHIFT]
  const base = (region & SEGMENT_UNIT_MASK) << 1
  for (let bucket = base; bucket < base + buckets * BUCKET_WORDS; bucket += BUCKET_WORDS) {
    for (let slot = 0; slot < SLOTS; slot++) {
      const address = words[bucket + ADDRESS_WORD + slot]
      if (address !== 0) visit(address)
    }
  }
}

/** Visits the keys of one home bucket whose positions are at least `positionMin`. */
export function eachOfHome(
  arena: Arena,
  region: number,
  buckets: number,
  home: number,
  positionMin: number,
  visit: (address: number) => void,
): void {
  const words = arena.i32[region >>> SEGMENT_SHIFT]
  const base = (region & SEGMENT_UNIT_MASK) << 1
  let b = home
  for (let pass = 0; pass < buckets; pass++) {
    const bucket = base + b * BUCKET_WORDS
    const overflow = words[bucket + META_WORD] & 0xff
    for (let slot = 0; slot < SLOTS; slot++) {
      const address = words[bucket + ADDRESS_WORD + slot]
      if (address === 0) continue
      const position = positionAt(words, bucket, slot)
      if (position >= positionMin && (position * buckets) >>> 16 === home) visit(address)
    }
    if (overflow === 0) return
    if (++b === buckets) b = 0
  }
}

export function positionAt(words: Int32Array, bucket: number, slot: number): number {
  return (words[bucket + (slot >> 1)] >>> ((slot & 1) << 4)) & 0xffff
}

function setPosition(words: Int32Array, bucket: number, slot: number, position: number): void {
  const word = bucket + (slot >> 1)
  const shift = (slot & 1) << 4
  words[word] = (words[word] & ~(0xffff << shift)) | (position << shift)
}

/** Whether the bucket at word `bucket` has no key. */
export function isEmptyBucket(words: Int32Array, bucket: number): boolean {
  for (let slot = 0; slot < SLOTS; slot++) if (words[bucket + ADDRESS_WORD + slot] !== 0) return false
  return true
}
