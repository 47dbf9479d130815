/**
 * The k most frequent items of a stream (HeavyKeeper): a sketch whose counters decay when other items hit them, and a
 * heap of the k items with the highest counts.
 *
 *     cells   depth rows of width cells, each fingerprint, count: 32 bits; an item has one cell in each row:
 *             row i, column murmurHash32(item, seed i) mod width;  fingerprint murmurHash32(item, seed 1919)
 *     hit     a free cell, or one with the item's fingerprint, counts; in another one the count goes down with
 *             probability decay^count, and at 0 the cell is the item's
 *     heap    k places in parallel arrays, the least count first; count 0 is a free place
 *     items   the bytes of the heap's items, one behind the other, with holes that are squeezed out
 *
 * Counts are never too high but where two fingerprints are the same. An increment takes O(depth + k) steps, and up to
 * depth times the increment where cells decay.
 *
 * Randomness is a sequence of the sketch's own, kept with it: the same commands give the same sketch on a replica, or
 * from an append-only file.
 *
 * Source: J. Gong et al., HeavyKeeper: An Accurate Algorithm for Finding Top-k Elephant Flows, 2018; positions and
 * fingerprints are those of RedisBloom.
 */

import { allocateCounters } from './allocation.ts'
import { COUNTER_MAX } from './count-min-sketch.ts'
import { murmurHash32 } from './murmur-hash.ts'

const FINGERPRINT_SEED = 1919
const TWO_32 = 2 ** 32
const SKETCH_BYTES = 96
/** Bytes of a heap's place: fingerprint, count, start, length. */
const PLACE_BYTES = 16
export const K_MAX = 2 ** 20
/** Any number but 0. */
export const RANDOM_START = 0x9e3779b9

export class TopK {
  readonly k: number
  readonly width: number
  readonly depth: number
  readonly decay: number
  /** Fingerprint and count of each cell. */
  readonly cells: Uint32Array
  readonly fingerprints: Uint32Array
  readonly counts: Uint32Array
  readonly #starts: Uint32Array
  readonly #lengths: Uint32Array
  #items = new Uint8Array(64)
  #itemsEnd = 0
  /** State of the random sequence (xorshift32), never 0. */
  randomState = RANDOM_START

  constructor(k: number, width: number, depth: number, decay: number, cells: Uint32Array) {
    this.k = k
    this.width = width
    this.depth = depth
    this.decay = decay
    this.cells = cells
    this.fingerprints = new Uint32Array(k)
    this.counts = new Uint32Array(k)
    this.#starts = new Uint32Array(k)
    this.#lengths = new Uint32Array(k)
  }

  /** @returns undefined when there is not that much memory */
  static create(k: number, width: number, depth: number, decay: number): TopK | undefined {
    const cells = allocateCounters(2 * width * depth)
    return cells === undefined ? undefined : new TopK(k, width, depth, decay, cells)
  }

  get memoryBytes(): number {
    return SKETCH_BYTES + this.cells.byteLength + PLACE_BYTES * this.k + this.#items.length
  }

  /** The item of a place in the heap; empty for a free place. Not a copy. */
  itemAt(place: number): Uint8Array {
    return this.#items.subarray(this.#starts[place], this.#starts[place] + this.#lengths[place])
  }

  /** @returns the item that had to leave the list for this one, if one had to */
  increase(item: Uint8Array, increment: number): Uint8Array | undefined {
    const { counts } = this
    const fingerprint = murmurHash32(item, 0, item.length, FINGERPRINT_SEED)
    const count = this.#count(item, fingerprint, increment)
    if (count === 0 || count < counts[0]) return undefined
    const place = this.#placeOf(item, fingerprint)
    if (place >= 0) {
      counts[place] = Math.max(count, counts[place])
      this.#sink(place)
      return undefined
    }
    const expelled = counts[0] === 0 ? undefined : this.itemAt(0).slice()
    this.setPlace(0, item, fingerprint, count)
    this.#sink(0)
    return expelled
  }

  /** Counts in the cells. @returns the highest count that the item has now; 0: it has no cell */
  #count(item: Uint8Array, fingerprint: number, increment: number): number {
    const { width, depth, cells } = this
    let highest = 0
    for (let i = 0; i < depth; i++) {
      const at = 2 * (i * width + (murmurHash32(item, 0, item.length, i) % width))
      const isFree = cells[at + 1] === 0
      if (isFree || cells[at] === fingerprint) {
        cells[at] = fingerprint
        cells[at + 1] = Math.min(COUNTER_MAX, cells[at + 1] + increment)
      } else {
        const rest = this.#wearDown(at, increment)
        if (rest === 0) continue
        cells[at] = fingerprint
        cells[at + 1] = rest
      }
      highest = Math.max(highest, cells[at + 1])
    }
    return highest
  }

  /** Lets another item's cell decay. @returns what is left of the increment once the cell is free, else 0 */
  #wearDown(at: number, increment: number): number {
    const { cells, decay } = this
    let chance = decay ** cells[at + 1] * TWO_32
    for (let rest = increment; rest > 0; rest--) {
      // Below one in 2^32, no random number would do.
      if (chance < 1) return 0
      if (this.#random() >= chance) continue
      if (--cells[at + 1] === 0) return rest
      chance = decay ** cells[at + 1] * TWO_32
    }
    return 0
  }

  #random(): number {
    let x = this.randomState
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.randomState = x >>> 0
    return this.randomState
  }

  /** Whether the item is in the list. */
  has(item: Uint8Array): boolean {
    return this.#placeOf(item, murmurHash32(item, 0, item.length, FINGERPRINT_SEED)) >= 0
  }

  /** What the sketch knows of an item's count: not too high, and likely too low. */
  query(item: Uint8Array): number {
    const { width, depth, cells } = this
    const fingerprint = murmurHash32(item, 0, item.length, FINGERPRINT_SEED)
    let highest = 0
    for (let i = 0; i < depth; i++) {
      const at = 2 * (i * width + (murmurHash32(item, 0, item.length, i) % width))
      if (cells[at] === fingerprint) highest = Math.max(highest, cells[at + 1])
    }
    return highest
  }

  /** Places that are taken, the highest count first. */
  list(): number[] {
    const { counts } = this
    const places = [...counts.keys()].filter((place) => counts[place] > 0)
    return places.sort((a, b) => counts[b] - counts[a] || compareBytes(this.itemAt(a), this.itemAt(b)))
  }

  #placeOf(item: Uint8Array, fingerprint: number): number {
    const { fingerprints, counts, k } = this
    for (let place = 0; place < k; place++) {
      if (fingerprints[place] !== fingerprint || counts[place] === 0) continue
      if (compareBytes(this.itemAt(place), item) === 0) return place
    }
    return -1
  }

  /** Puts an item into a place of the heap, wherever it belongs: the caller sees to the order. */
  setPlace(place: number, item: Uint8Array, fingerprint: number, count: number): void {
    this.#lengths[place] = 0
    if (this.#itemsEnd + item.length > this.#items.length) this.#squeeze(item.length)
    this.#items.set(item, this.#itemsEnd)
    this.#starts[place] = this.#itemsEnd
    this.#lengths[place] = item.length
    this.#itemsEnd += item.length
    this.fingerprints[place] = fingerprint
    this.counts[place] = count
  }

  /** Moves the items together, with room for one more and half as much again. */
  #squeeze(lengthMore: number): void {
    let used = lengthMore
    for (const length of this.#lengths) used += length
    const items = new Uint8Array(Math.max(64, Math.ceil(used * 1.5)))
    let end = 0
    for (let place = 0; place < this.k; place++) {
      items.set(this.itemAt(place), end)
      this.#starts[place] = end
      end += this.#lengths[place]
    }
    this.#items = items
    this.#itemsEnd = end
  }

  /** Moves a place whose count has grown down the heap. */
  #sink(from: number): void {
    const { counts, k } = this
    let place = from
    for (;;) {
      let least = place
      for (let child = 2 * place + 1; child <= 2 * place + 2 && child < k; child++) {
        if (counts[child] < counts[least]) least = child
      }
      if (least === place) return
      for (const array of [counts, this.fingerprints, this.#starts, this.#lengths]) {
        const value = array[place]
        array[place] = array[least]
        array[least] = value
      }
      place = least
    }
  }

  /** Whether no place of the heap has a lower count than the one above it. */
  get isHeap(): boolean {
    const { counts } = this
    for (let place = 1; place < counts.length; place++) {
      if (counts[place] < counts[(place - 1) >> 1]) return false
    }
    return true
  }

  copy(): TopK {
    const copy = new TopK(this.k, this.width, this.depth, this.decay, this.cells.slice())
    for (let place = 0; place < this.k; place++) {
      copy.setPlace(place, this.itemAt(place), this.fingerprints[place], this.counts[place])
    }
    copy.randomState = this.randomState
    return copy
  }
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] - b[i]
  return a.length - b.length
}
