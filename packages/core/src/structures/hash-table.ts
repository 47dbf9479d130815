/**
 * Hash table of arena addresses, kept in the order of the keys' hashes. It grows and shrinks in small steps.
 *
 *     directory   2^depth pairs of words, indexed by the top `depth` bits of the hash
 *       word 0    arena address of the region (several pairs may name the same one)
 *       word 1    buckets in the region (bits 0-7), depth of the region (bits 8-13)
 *     region      1 to 64 buckets, all keys whose hashes share the top `regionDepth` bits
 *     bucket      64 bytes, one cache line:
 *       offset    size  meaning
 *       0         20    10 positions of 16 bits
 *       20        40    10 addresses of 32 bits, 0 for an empty slot
 *       60        1     overflow: how many keys found this bucket full and live further on
 *       61        1     version: the last snapshot that has this bucket's keys
 *       62        2     0
 *
 * A key's *position* is the 16 bits of its hash that follow the region's prefix; its home bucket is
 * `position * buckets >> 16`. So position and home grow together: walking regions and buckets walks the keys in hash
 * order. That order is what makes the rest simple:
 *  - A region grows by one step (at most an eighth) without reading a key, because the positions are in the buckets.
 *    The table is always about 85 % full, 7.5 bytes a key; there is no doubling and no pause. Only the split of a full
 *    region (600 keys) reads keys again, for one more bit of hash.
 *  - A SCAN cursor is a hash: everything below it was returned. Growing and shrinking cannot break that.
 *  - A snapshot is a walk in hash order that stamps each bucket; a write first hands over its home bucket's keys
 *    when they have not been stamped.
 *  - Put a cluster's slot into the hash's top bits, and a slot's keys lie side by side.
 *
 * A full bucket passes a key on to the next one of the region, around its end, at most PASS_MAX buckets far; then the
 * region grows. A miss ends at the first bucket with overflow 0, in most cases the home bucket.
 *
 * Invariants: a live key is found from its home by following non-zero overflows; `overflow` of a bucket is the number
 * of keys whose way from home leads through it; both halves of a region with depth d start at multiples of 2^(depth -
 * d) in the directory. Complexity: find, insert, remove O(1); growth moves at most 640 slots at once, and
 * sometimes the regions of one page.
 *
 * Sources: P.-Å. Larson, "Dynamic hashing" (order-preserving addressing, partial expansions); R. Fagin et al.,
 * "Extendible hashing"; the overflow counter after N. Bronson and X. Shi, "F14".
 * Rejected: doubling tables (75 % of the memory idle right after growth, incremental moves on the hot path); extendible
 * hashing with regions that only split (67 % full); one-byte tags (6.3 bytes a key, but every growth step reads all
 * keys).
 */

import { type Arena, KIND_INDEX, SEGMENT_SHIFT, SEGMENT_UNIT_MASK } from './arena.ts'
import {
  ADDRESS_WORD,
  anyKey,
  BUCKET_BYTES,
  BUCKET_WORDS,
  BUCKETS_MAX,
  buildHalves,
  copyRegion,
  countInRegion,
  eachOfHome,
  eachOfRegion,
  isEmptyBucket,
  META_WORD,
  newRegion,
  ownsPage,
  placeInRegion,
  pourRegion,
  RegionKeys,
  regionStep,
  SLOTS,
} from './hash-region.ts'
import { unlessOutOfMemory } from './out-of-memory.ts'

const CACHE_LINE_WORDS = 16
/** Most hashes of one `prefetch`. */
export const PREFETCH_MAX = 16
const PASS_MAX = 8
/** Regions this deep (2^24 of them) no longer split but take keys further from home. */
const REGION_DEPTH_MAX = 24
/** As far as the overflow, a byte, can count. */
const PASS_MAX_DEEPEST = 25
/** Attempts of `sample` to meet a key, before all keys are counted. */
const SAMPLE_ATTEMPTS_MAX = 512
/** How many pages are looked at when a region has left one; less often when they may hold blocks of others, too. */
const SPARSE_PAGES_MAX = 32
const SHARED_PAGES_INTERVAL = 16

/** The table; what it asks about the blocks that it holds is left to the owner's subclass. */
export abstract class HashTable {
  readonly arena: Arena
  /** Keys in the table. */
  size = 0

  readonly #kind: number
  #directory: Int32Array
  #depth = 1
  #shift = 31
  /** Slots, if every region had as many for its part of the hash range as any has; or more. */
  #slotsMax = 0
  #changes = 0

  // Where the last `find`, `findEmpty` or `locate` ended; valid until the table changes.
  #slotWords: Int32Array = NO_WORDS
  #slotWord = 0
  #bucketWord = 0

  /** What `prefetch` read: of no use, but reads without a result would be optimised away. */
  protected prefetched = 0

  #epoch = 0
  #snapshot: ((address: number) => void) | undefined
  #snapshotCursor = 0

  /** @param kind of the arena's blocks: KIND_INDEX when the table is the one that these are moved for */
  constructor(arena: Arena, kind = KIND_INDEX) {
    this.arena = arena
    this.#kind = kind
    this.#directory = new Int32Array(4)
    for (const d of [0, 2]) this.#setRegion(d, 1, newRegion(this.arena, this.#kind, 1, this.#epoch), 1)
  }

  /** Whether the block at `address` holds the key `buf[start .. start + length)`. */
  protected abstract keyEquals(address: number, buf: Uint8Array, start: number, length: number): boolean
  /** The hash of the key in the block at `address`. */
  protected abstract hashAt(address: number): number

  /** Bytes of the directory and the regions. */
  get indexBytes(): number {
    return this.#directory.byteLength + (this.slots / SLOTS) * BUCKET_BYTES
  }

  /** Places for keys in the present regions, taken or not. */
  get slots(): number {
    let slots = 0
    for (const d of this.#regions()) slots += (this.#directory[d + 1] & 0xff) * SLOTS
    return slots
  }

  /** @returns the address of the key's block, or 0 */
  find(hash: number, buf: Uint8Array, start: number, length: number): number {
    const d = (hash >>> this.#shift) << 1
    const region = this.#directory[d]
    const meta = this.#directory[d + 1]
    const buckets = meta & 0xff
    const position = (hash << (meta >>> 8)) >>> 16
    const words = this.arena.i32[region >>> SEGMENT_SHIFT]
    const base = (region & SEGMENT_UNIT_MASK) << 1
    let b = (position * buckets) >>> 16
    for (let pass = 0; pass < buckets; pass++) {
      const bucket = base + b * BUCKET_WORDS
      for (let k = 0; k < SLOTS / 2; k++) {
        const pair = words[bucket + k]
        if ((pair & 0xffff) === position) {
          const address = words[bucket + ADDRESS_WORD + 2 * k]
          if (address !== 0 && this.keyEquals(address, buf, start, length)) {
            return this.#found(words, bucket, 2 * k, address)
          }
        }
        if (pair >>> 16 === position) {
          const address = words[bucket + ADDRESS_WORD + 2 * k + 1]
          if (address !== 0 && this.keyEquals(address, buf, start, length)) {
            return this.#found(words, bucket, 2 * k + 1, address)
          }
        }
      }
      if ((words[bucket + META_WORD] & 0xff) === 0) return 0
      if (++b === buckets) b = 0
    }
    return 0
  }

  /**
   * Brings the buckets and then the blocks of several hashes into the processor's cache. The reads of each loop do not
   * depend on one another, so their cache misses overlap; one `find` after another would wait for each in turn.
   * Measured with a million keys at pipeline 100: 0.35 us of 1.06 us a GET were such waits.
   */
  prefetch(hashes: Int32Array, count: number): void {
    if (count > PREFETCH_MAX) throw new RangeError('prefetch: too many hashes')
    const directory = this.#directory
    let sink = 0
    for (let i = 0; i < count; i++) {
      const d = (hashes[i] >>> this.#shift) << 1
      const meta = directory[d + 1]
      const b = (((hashes[i] << (meta >>> 8)) >>> 16) * (meta & 0xff)) >>> 16
      const word = ((directory[d] & SEGMENT_UNIT_MASK) << 1) + b * BUCKET_WORDS
      sink ^= this.arena.i32[directory[d] >>> SEGMENT_SHIFT][word]
    }
    for (let i = 0; i < count; i++) candidates[i] = this.#candidateOf(hashes[i])
    // A loop of its own, and short: the fewer instructions per miss, the more misses are under way at once.
    for (let i = 0; i < count; i++) {
      const words = this.arena.i32[candidates[i] >>> SEGMENT_SHIFT]
      const word = (candidates[i] & SEGMENT_UNIT_MASK) << 1
      sink ^= words[word] ^ words[word + CACHE_LINE_WORDS < words.length ? word + CACHE_LINE_WORDS : word]
    }
    this.prefetched = sink
  }

  /**
   * The block that a hash most likely means, by its home bucket alone; else the region, which is in the cache already.
   */
  #candidateOf(hash: number): number {
    const d = (hash >>> this.#shift) << 1
    const region = this.#directory[d]
    const meta = this.#directory[d + 1]
    const position = (hash << (meta >>> 8)) >>> 16
    const words = this.arena.i32[region >>> SEGMENT_SHIFT]
    const bucket = ((region & SEGMENT_UNIT_MASK) << 1) + ((position * (meta & 0xff)) >>> 16) * BUCKET_WORDS
    for (let k = 0; k < SLOTS / 2; k++) {
      const pair = words[bucket + k]
      const at = (pair & 0xffff) === position ? 2 * k : pair >>> 16 === position ? 2 * k + 1 : -1
      if (at < 0) continue
      const address = words[bucket + ADDRESS_WORD + at]
      if (address !== 0) return address
    }
    return region
  }

  #found(words: Int32Array, bucket: number, slot: number, address: number): number {
    this.#slotWords = words
    this.#bucketWord = bucket
    this.#slotWord = bucket + ADDRESS_WORD + slot
    return address
  }

  /** Lets the slot that the last `find` found point to another block of the same key. */
  replaceFound(address: number): void {
    this.#slotWords[this.#slotWord] = address
  }

  /** Adds a key that is not in the table. */
  insert(hash: number, address: number): void {
    if (this.#snapshot !== undefined) this.beforeChange(hash)
    while (!this.#place(hash, address)) this.#growRegion(hash)
    this.size++
  }

  #place(hash: number, address: number): boolean {
    const d = (hash >>> this.#shift) << 1
    const region = this.#directory[d]
    const meta = this.#directory[d + 1]
    const position = (hash << (meta >>> 8)) >>> 16
    const passMax = meta >>> 8 >= REGION_DEPTH_MAX ? PASS_MAX_DEEPEST : PASS_MAX
    return placeInRegion(this.arena, region, meta & 0xff, position, address, passMax)
  }

  /** Takes out the key that the last `find` found with this hash. Its block stays the caller's. */
  removeFound(hash: number): void {
    if (this.#snapshot !== undefined) this.beforeChange(hash)
    const d = (hash >>> this.#shift) << 1
    const meta = this.#directory[d + 1]
    const buckets = meta & 0xff
    const base = (this.#directory[d] & SEGMENT_UNIT_MASK) << 1
    const words = this.#slotWords
    words[this.#slotWord] = 0
    const stop = (this.#bucketWord - base) / BUCKET_WORDS
    const home = (((hash << (meta >>> 8)) >>> 16) * buckets) >>> 16
    for (let p = home; p !== stop; p = p + 1 === buckets ? 0 : p + 1) words[base + p * BUCKET_WORDS + META_WORD]--
    this.size--
    // A region that finds no memory for becoming smaller stays as it is: the key is gone all the same.
    if (isEmptyBucket(words, this.#bucketWord)) unlessOutOfMemory(() => this.#shrinkRegion(hash))
  }

  /** Finds the slot that holds `address`, for an owner that moved the block. */
  relocate(from: number, to: number): void {
    const hash = this.hashAt(to)
    const d = (hash >>> this.#shift) << 1
    const region = this.#directory[d]
    const buckets = this.#directory[d + 1] & 0xff
    const position = (hash << (this.#directory[d + 1] >>> 8)) >>> 16
    const words = this.arena.i32[region >>> SEGMENT_SHIFT]
    const base = (region & SEGMENT_UNIT_MASK) << 1
    let b = (position * buckets) >>> 16
    for (let pass = 0; pass < buckets; pass++) {
      const bucket = base + b * BUCKET_WORDS + ADDRESS_WORD
      for (let slot = 0; slot < SLOTS; slot++) {
        if (words[bucket + slot] === from) {
          words[bucket + slot] = to
          return
        }
      }
      if (++b === buckets) b = 0
    }
    throw new Error('relocate: the table does not hold this block')
  }

  /** As `relocate`, for a region of this table: any key in it tells where the directory names it. */
  relocateRegion(from: number, to: number): void {
    const key = anyKey(this.arena, to)
    let d = key === 0 ? -1 : (this.hashAt(key) >>> this.#shift) << 1
    if (d < 0) for (const at of this.#regions()) if (this.#directory[at] === from) d = at
    if (d < 0 || this.#directory[d] !== from) throw new Error('relocate: the table does not hold this region')
    this.#setRegion(d, this.#directory[d + 1] >>> 8, to, this.#directory[d + 1] & 0xff)
  }

  /** Moves the regions that lie in a segment of the arena elsewhere: for tables of KIND_OBJECT. */
  leaveSegment(segment: number): void {
    for (const d of this.#regions()) {
      const from = this.#directory[d]
      if (from >>> SEGMENT_SHIFT !== segment) continue
      const meta = this.#directory[d + 1]
      this.#setRegion(d, meta >>> 8, copyRegion(this.arena, this.#kind, from, meta & 0xff), meta & 0xff)
      this.arena.free(from)
    }
  }

  /** Gives the regions back, one at each step; the table may not be used afterwards. */
  *release(): Generator<void> {
    for (const d of this.#regions()) yield this.arena.free(this.#directory[d])
  }

  /** Names `region` in every pair of the directory that shares the prefix of pair `d`. */
  #setRegion(d: number, regionDepth: number, region: number, buckets: number): void {
    this.#noteSlots(buckets | (regionDepth << 8))
    const span = 1 << (this.#depth - regionDepth)
    const first = (d >> 1) & ~(span - 1)
    for (let i = first; i < first + span; i++) {
      this.#directory[2 * i] = region
      this.#directory[2 * i + 1] = buckets | (regionDepth << 8)
    }
  }

  /** Index in the directory of each region's first pair. */
  *#regions(): Generator<number> {
    for (let i = 0; i < 1 << this.#depth; ) {
      const regionDepth = this.#directory[2 * i + 1] >>> 8
      yield 2 * i
      i += 1 << (this.#depth - regionDepth)
    }
  }

  #growRegion(hash: number): void {
    const d = (hash >>> this.#shift) << 1
    const meta = this.#directory[d + 1]
    const buckets = meta & 0xff
    if (this.#snapshot !== undefined) this.#saveRegion(d)
    if (buckets < BUCKETS_MAX) this.#rebuild(d, regionStep(buckets + 1))
    else if (meta >>> 8 < REGION_DEPTH_MAX) this.#split(d)
    else throw new RangeError('hash table: too many keys share one hash')
    this.#emptySparsePage(buckets)
  }

  /** Regions grow through the same sizes together: the pages of the one that they leave would stay mostly empty. */
  #emptySparsePage(buckets: number): void {
    const isShared = this.#kind !== KIND_INDEX
    if (isShared && ++this.#changes % SHARED_PAGES_INTERVAL !== 0) return
    const page = this.arena.sparsePage(buckets * BUCKET_BYTES, this.#kind, SPARSE_PAGES_MAX)
    if (page < 0 || (isShared && !ownsPage(this.arena, this.#directory, page))) return
    this.arena.emptyPage(page, (from, to) => this.relocateRegion(from, to))
  }

  /** Puts the keys of a region into a new one of at least `buckets` buckets; positions stay as they are. */
  #rebuild(d: number, buckets: number): void {
    const old = this.#directory[d]
    const meta = this.#directory[d + 1]
    const passMax = meta >>> 8 >= REGION_DEPTH_MAX ? PASS_MAX_DEEPEST : PASS_MAX
    for (let n = buckets; ; n = regionStep(n + 1)) {
      const region = newRegion(this.arena, this.#kind, n, this.#epoch)
      if (pourRegion(this.arena, old, meta & 0xff, region, n, 0, passMax)) {
        this.arena.free(old)
        this.#setRegion(d, meta >>> 8, region, n)
        return
      }
      this.arena.free(region)
      if (n === BUCKETS_MAX) return this.#split(d)
    }
  }

  /** Splits a region in two of the next depth; the one place that hashes keys anew. */
  #split(d: number): void {
    const old = this.#directory[d]
    const meta = this.#directory[d + 1]
    const regionDepth = meta >>> 8
    if (regionDepth === this.#depth) {
      this.#doubleDirectory()
      d *= 2
    }
    const low = new RegionKeys()
    const high = new RegionKeys()
    eachOfRegion(this.arena, old, meta & 0xff, (address) => {
      const hash = this.hashAt(address)
      const keys = ((hash >>> (31 - regionDepth)) & 1) === 0 ? low : high
      keys.add(address, (hash << (regionDepth + 1)) >>> 16)
    })
    const passMax = regionDepth + 1 >= REGION_DEPTH_MAX ? PASS_MAX_DEEPEST : PASS_MAX
    buildHalves(this.arena, this.#kind, low, high, this.#epoch, passMax)
    this.arena.free(old)
    const span = 1 << (this.#depth - regionDepth)
    const first = (d >> 1) & ~(span - 1)
    this.#setRegion(2 * first, regionDepth + 1, low.region, low.buckets)
    this.#setRegion(2 * (first + (span >> 1)), regionDepth + 1, high.region, high.buckets)
  }

  #doubleDirectory(): void {
    const old = this.#directory
    const next = new Int32Array(old.length * 2)
    for (let i = 0; i < old.length; i += 2) {
      next[2 * i] = next[2 * i + 2] = old[i]
      next[2 * i + 1] = next[2 * i + 3] = old[i + 1]
    }
    this.#directory = next
    this.#depth++
    this.#shift--
  }

  /** A bucket became empty: makes the region smaller, or one with its sibling, when they are mostly empty. */
  #shrinkRegion(hash: number): void {
    const d = (hash >>> this.#shift) << 1
    const meta = this.#directory[d + 1]
    const buckets = meta & 0xff
    const keys = countInRegion(this.arena, this.#directory[d], this.#directory[d + 1] & 0xff)
    if (keys * 2 > buckets * SLOTS) return
    if (this.#snapshot !== undefined) this.#saveRegion(d)
    const smaller = regionStep(Math.max(1, Math.ceil(keys / (SLOTS * 0.8))))
    if (smaller < buckets) this.#rebuild(d, smaller)
    this.#mergeWithSibling(d)
    this.#emptySparsePage(buckets)
  }

  #mergeWithSibling(d: number): void {
    const meta = this.#directory[d + 1]
    const regionDepth = meta >>> 8
    if (regionDepth === 1) return
    const span = 1 << (this.#depth - regionDepth)
    const first = (d >> 1) & ~(2 * span - 1)
    const left = 2 * first
    const right = 2 * (first + span)
    if (this.#directory[left + 1] >>> 8 !== regionDepth || this.#directory[right + 1] >>> 8 !== regionDepth) return
    const keys =
      countInRegion(this.arena, this.#directory[left], this.#directory[left + 1] & 0xff) +
      countInRegion(this.arena, this.#directory[right], this.#directory[right + 1] & 0xff)
    if (keys > (BUCKETS_MAX * SLOTS) / 3) return
    for (const side of [left, right]) if (this.#snapshot !== undefined) this.#saveRegion(side)
    const n = regionStep(Math.max(1, Math.ceil(keys / (SLOTS * 0.7))))
    const region = newRegion(this.arena, this.#kind, n, this.#epoch)
    const a = this.#directory[left]
    const b = this.#directory[right]
    const done =
      pourRegion(this.arena, a, this.#directory[left + 1] & 0xff, region, n, 1, PASS_MAX) &&
      pourRegion(this.arena, b, this.#directory[right + 1] & 0xff, region, n, 2, PASS_MAX)
    if (!done) {
      this.arena.free(region)
      return
    }
    this.arena.free(a)
    this.arena.free(b)
    this.#setRegion(left, regionDepth - 1, region, n)
  }

  /**
   * Visits the keys of one home bucket.
   * @param cursor a hash as an unsigned number; 0 starts, and every key with a smaller hash counts as visited
   * @returns the next cursor, 0 when the walk is complete. Keys present during the whole walk are visited at least
   *          once, however the table changes in between.
   */
  scan(cursor: number, visit: (address: number) => void): number {
    const d = (cursor >>> this.#shift) << 1
    const meta = this.#directory[d + 1]
    const regionDepth = meta >>> 8
    const buckets = meta & 0xff
    const position = (cursor << regionDepth) >>> 16
    const home = (position * buckets) >>> 16
    eachOfHome(this.arena, this.#directory[d], buckets, home, position, visit)
    const prefix = (cursor >>> (32 - regionDepth)) * 2 ** (32 - regionDepth)
    const nextPosition = home + 1 === buckets ? 65536 : Math.ceil(((home + 1) * 65536) / buckets)
    const next = prefix + nextPosition * 2 ** (16 - regionDepth)
    return next >= 2 ** 32 ? 0 : Math.ceil(next)
  }

  /**
   * A key chosen by `random`, which returns 32 random bits; 0 when the table is empty. Each has the same chance: one
   * number chooses a region, a second one of the slots that it would have if it were as large as any for its range.
   */
  sample(random: () => number): number {
    if (this.size === 0) return 0
    for (let attempt = 1; attempt <= SAMPLE_ATTEMPTS_MAX; attempt++) {
      const d = (random() >>> this.#shift) << 1
      const [region, meta] = [this.#directory[d], this.#directory[d + 1]]
      const at = Math.floor(((random() >>> 0) / 2 ** 32) * (this.#slotsMax / (1 << (meta >>> 8))))
      if (at < (meta & 0xff) * SLOTS) {
        const bucket = ((region & SEGMENT_UNIT_MASK) << 1) + ((at / SLOTS) | 0) * BUCKET_WORDS
        const address = this.arena.i32[region >>> SEGMENT_SHIFT][bucket + ADDRESS_WORD + (at % SLOTS)]
        if (address !== 0) return address
      }
      if (attempt === SAMPLE_ATTEMPTS_MAX / 8) {
        this.#slotsMax = 0
        for (const d of this.#regions()) this.#noteSlots(this.#directory[d + 1])
      }
    }
    // Hashes far from even: most of the range has no keys.
    let left = Math.floor(((random() >>> 0) / 2 ** 32) * this.size)
    let found = 0
    this.forEach((address) => {
      if (left-- === 0) found = address
    })
    return found
  }

  #noteSlots(meta: number): void {
    this.#slotsMax = Math.max(this.#slotsMax, (meta & 0xff) * SLOTS * (1 << (meta >>> 8)))
  }

  /** Every key's address, in hash order of the regions. The table must not change meanwhile. */
  forEach(visit: (address: number) => void): void {
    for (const d of this.#regions()) eachOfRegion(this.arena, this.#directory[d], this.#directory[d + 1] & 0xff, visit)
  }

  /**
   * Starts a snapshot: `emit` gets every key as it is now, exactly once, from `snapshotStep` in hash order or, before
   * its bucket changes, from the write that is about to change it. Owners call `beforeChange` ahead of every change in
   * place.
   */
  startSnapshot(emit: (address: number) => void): void {
    if (this.#snapshot !== undefined) throw new Error('a snapshot of this table is being taken already')
    this.#epoch = (this.#epoch + 1) & 0xff
    this.#snapshot = emit
    this.#snapshotCursor = 0
  }

  get snapshotActive(): boolean {
    return this.#snapshot !== undefined
  }

  /** Visits up to `bucketsMax` buckets. @returns false when the snapshot is complete */
  snapshotStep(bucketsMax: number): boolean {
    for (let i = 0; i < bucketsMax && this.#snapshot !== undefined; i++) {
      const cursor = this.#snapshotCursor
      this.beforeChange(cursor)
      this.#snapshotCursor = this.scan(cursor, NOTHING)
      if (this.#snapshotCursor === 0) this.#snapshot = undefined
    }
    return this.#snapshot !== undefined
  }

  /** Gives a snapshot up; the rest of the buckets is stamped, so that the next one starts from equal versions. */
  abortSnapshot(): void {
    if (this.#snapshot === undefined) return
    this.#snapshot = NOTHING
    while (this.snapshotStep(1024)) {}
  }

  /** Hands the keys of a hash's home bucket to the running snapshot, if it does not have them. */
  beforeChange(hash: number): void {
    if (this.#snapshot === undefined) return
    const d = (hash >>> this.#shift) << 1
    const meta = this.#directory[d + 1]
    const home = (((hash << (meta >>> 8)) >>> 16) * (meta & 0xff)) >>> 16
    this.#saveBucket(d, home)
  }

  #saveRegion(d: number): void {
    for (let home = 0; home < (this.#directory[d + 1] & 0xff); home++) this.#saveBucket(d, home)
  }

  #saveBucket(d: number, home: number): void {
    const region = this.#directory[d]
    const words = this.arena.i32[region >>> SEGMENT_SHIFT]
    const word = ((region & SEGMENT_UNIT_MASK) << 1) + home * BUCKET_WORDS + META_WORD
    if (((words[word] >>> 8) & 0xff) === this.#epoch) return
    words[word] = (words[word] & ~0xff00) | (this.#epoch << 8)
    eachOfHome(this.arena, region, this.#directory[d + 1] & 0xff, home, 0, this.#snapshot ?? NOTHING)
  }
}

const candidates = new Int32Array(PREFETCH_MAX)
const NO_WORDS = new Int32Array(0)
const NOTHING = (): void => {}
