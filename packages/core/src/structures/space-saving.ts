/**
 * Space-Saving: the keys with the most weight in a stream of keys with weights, in memory that the stream cannot make
 * grow.
 *
 *     counters   COUNTERS of them, in parallel arrays: weight, excess, hash, length, and the first bytes of the key
 *     heap       the counters' numbers, the one with the least weight first; `places` says where each stands
 *     index      finds the counter of a key: open addressing by the hash, 4 places a counter, number + 1 or 0
 *
 *     a key with a counter     its weight is added
 *     another, one is free     it gets that one
 *     another, none is free    it takes over the counter with the least weight, adds its own, and notes what it found
 *                              there as the excess
 *
 * With W the sum of all weights and m the counters: the least weight is at most W / m, so is every excess, and so is
 * what a key without a counter weighs. Every key with more than W / m has a counter, and its true weight is between
 * `weight - excess` and `weight`. What is told is `weight - excess`: never more than is true, and less by W / m at most
 * (with m = 1024, a thousandth of all). Where few keys have most of the weight the bound is tighter still: what the
 * others have stands in it for W.
 *
 * Rejected: a count-min sketch with a heap of k, whose bound holds with a probability only and whose figures are too
 * high where keys collide; HeavyKeeper, whose counters decay by chance, and often where the weights differ as much as
 * microseconds and bytes do.
 *
 * Adding takes O(log m) steps and makes no object. Of a long key the hash, the length and the first bytes are kept, and
 * keys which agree in all of these are taken for one.
 *
 * Source: A. Metwally, D. Agrawal, A. El Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data
 * Streams", 2005; R. Berinde, P. Indyk, G. Cormode, M. Strauss, "Space-optimal Heavy Hitters with Strong Error Bounds",
 * 2010, for weights and for the tighter bound.
 */

import { hashBytes } from './siphash.ts'

export const COUNTERS = 1024
/** Bytes of a key that are kept. */
export const NAME_BYTES_MAX = 1024
const INDEX_PLACES = 4 * COUNTERS
const INDEX_MASK = INDEX_PLACES - 1

export interface HeavyKey {
  /** Its first `NAME_BYTES_MAX` bytes, a copy. */
  readonly name: Uint8Array
  readonly weight: number
}

export class SpaceSaving {
  readonly #seedLow: number
  readonly #seedHigh: number
  readonly #weights = new Float64Array(COUNTERS)
  readonly #excesses = new Float64Array(COUNTERS)
  readonly #hashes = new Int32Array(COUNTERS)
  readonly #lengths = new Int32Array(COUNTERS)
  /** One behind the other, each at its number times NAME_BYTES_MAX; pages that no name reaches take no memory. */
  readonly #names = new Uint8Array(COUNTERS * NAME_BYTES_MAX)
  readonly #heap = new Int32Array(COUNTERS)
  readonly #places = new Int32Array(COUNTERS)
  readonly #index = new Int32Array(INDEX_PLACES)
  #count = 0

  /** @param seedLow of the hash, with `seedHigh`: nobody who does not know them can aim keys at one place */
  constructor(seedLow: number, seedHigh: number) {
    this.#seedLow = seedLow
    this.#seedHigh = seedHigh
  }

  /** @param weight not negative */
  add(buf: Uint8Array, start: number, length: number, weight: number): void {
    const hash = hashBytes(this.#seedLow, this.#seedHigh, buf, start, length)
    let counter = this.#find(hash, buf, start, length)
    if (counter >= 0) {
      this.#weights[counter] += weight
      return this.#sink(this.#places[counter])
    }
    if (this.#count < COUNTERS) {
      counter = this.#count++
      this.#heap[counter] = counter
      this.#places[counter] = counter
      this.#weights[counter] = weight
      this.#give(counter, hash, buf, start, length)
      return this.#rise(counter)
    }
    // What weighs nothing has no claim to a counter that something else has.
    if (weight === 0) return
    counter = this.#heap[0]
    this.#leaveIndex(counter)
    this.#excesses[counter] = this.#weights[counter]
    this.#weights[counter] += weight
    this.#give(counter, hash, buf, start, length)
    this.#sink(0)
  }

  /** The keys with the most weight, the heaviest first, with what they have for certain. @param countMax of them */
  heaviest(countMax: number): HeavyKey[] {
    const counters = Array.from({ length: this.#count }, (_, i) => i)
    const certain = (counter: number): number => this.#weights[counter] - this.#excesses[counter]
    counters.sort((a, b) => certain(b) - certain(a) || a - b)
    return counters.slice(0, countMax).map((counter) => {
      const at = counter * NAME_BYTES_MAX
      const name = this.#names.slice(at, at + Math.min(this.#lengths[counter], NAME_BYTES_MAX))
      return { name, weight: certain(counter) }
    })
  }

  // --- the counters of keys -----------------------------------------------------------------------------------------

  /** @returns the key's counter, or -1 */
  #find(hash: number, buf: Uint8Array, start: number, length: number): number {
    const index = this.#index
    for (let place = hash & INDEX_MASK; index[place] !== 0; place = (place + 1) & INDEX_MASK) {
      const counter = index[place] - 1
      if (this.#hashes[counter] === hash && this.#isOf(counter, buf, start, length)) return counter
    }
    return -1
  }

  #isOf(counter: number, buf: Uint8Array, start: number, length: number): boolean {
    if (this.#lengths[counter] !== length) return false
    const names = this.#names
    const at = counter * NAME_BYTES_MAX
    const kept = Math.min(length, NAME_BYTES_MAX)
    for (let i = 0; i < kept; i++) if (names[at + i] !== buf[start + i]) return false
    return true
  }

  /** Gives a counter to a key. */
  #give(counter: number, hash: number, buf: Uint8Array, start: number, length: number): void {
    this.#hashes[counter] = hash
    this.#lengths[counter] = length
    const names = this.#names
    const at = counter * NAME_BYTES_MAX
    const kept = Math.min(length, NAME_BYTES_MAX)
    for (let i = 0; i < kept; i++) names[at + i] = buf[start + i]
    let place = hash & INDEX_MASK
    while (this.#index[place] !== 0) place = (place + 1) & INDEX_MASK
    this.#index[place] = counter + 1
  }

  /** Takes a counter out of the index. What stands behind it moves up, so that no search ends too early. */
  #leaveIndex(counter: number): void {
    const index = this.#index
    let hole = this.#hashes[counter] & INDEX_MASK
    while (index[hole] !== counter + 1) hole = (hole + 1) & INDEX_MASK
    for (let place = (hole + 1) & INDEX_MASK; index[place] !== 0; place = (place + 1) & INDEX_MASK) {
      const home = this.#hashes[index[place] - 1] & INDEX_MASK
      // It may move when its search begins at the hole or ahead of it.
      if (((place - home) & INDEX_MASK) < ((place - hole) & INDEX_MASK)) continue
      index[hole] = index[place]
      hole = place
    }
    index[hole] = 0
  }

  // --- the heap -----------------------------------------------------------------------------------------------------

  #put(counter: number, place: number): void {
    this.#heap[place] = counter
    this.#places[counter] = place
  }

  /** The counter of this place became heavier. */
  #sink(from: number): void {
    const heap = this.#heap
    const weights = this.#weights
    const counter = heap[from]
    let place = from
    for (;;) {
      let child = 2 * place + 1
      if (child >= this.#count) break
      if (child + 1 < this.#count && weights[heap[child + 1]] < weights[heap[child]]) child++
      if (weights[heap[child]] >= weights[counter]) break
      this.#put(heap[child], place)
      place = child
    }
    this.#put(counter, place)
  }

  /** The counter of this place is new. */
  #rise(from: number): void {
    const heap = this.#heap
    const weights = this.#weights
    const counter = heap[from]
    let place = from
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (weights[heap[parent]] <= weights[counter]) break
      this.#put(heap[parent], place)
      place = parent
    }
    this.#put(counter, place)
  }
}
