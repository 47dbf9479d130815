/**
 * t-digest: the distribution of many numbers as a few centroids, small ones at the ends, larger ones in the middle.
 *
 *     means    | merged, in their order ... | buffered, as they came ... | free ... |    6 * compression + 10 places
 *     weights  | observations of each                                              |
 *
 * Buffered observations are merged when there is no place left. Neighbours become one while their weight is at most
 *
 *     n * min(2 pi / c * sqrt(q (1 - q)),  Z / c * q (1 - q))        Z = 4 ln(n / c) + 24
 *
 * at both their ends q (c is the compression, n all observations). The first part bounds the error in the middle, the
 * second one that at the ends. The first and the last observation stay alone. About c centroids are left; should it be
 * more than half of the places, as with weights of very different sizes, the limit is doubled until it is not.
 *
 * Adding takes amortized O(log c). What asks a digest with buffered observations works on a merged copy, and leaves the
 * digest alone: otherwise a replica, which sees no reads, would come to hold other centroids.
 *
 * Source: T. Dunning, O. Ertl, Computing Extremely Accurate Quantiles Using t-Digests, 2019 (merging digest; k1, k2).
 */

import { allocateBytes } from './allocation.ts'

export const COMPRESSION_MAX = 2 ** 20
const DIGEST_BYTES = 8
const NODE_BYTES = 16

/** Places for centroids and observations. */
export function capacityOf(compression: number): number {
  return 6 * compression + 10
}

export class TDigest {
  readonly compression: number
  readonly means: Float64Array
  readonly weights: Float64Array
  mergedCount = 0
  bufferedCount = 0
  mergedWeight = 0
  bufferedWeight = 0
  min = Number.POSITIVE_INFINITY
  max = Number.NEGATIVE_INFINITY
  compressions = 0

  constructor(compression: number, means: Float64Array, weights: Float64Array) {
    this.compression = compression
    this.means = means
    this.weights = weights
  }

  /** @param compression 1 to COMPRESSION_MAX @returns undefined when there is not that much memory */
  static create(compression: number): TDigest | undefined {
    const bytes = allocateBytes(NODE_BYTES * capacityOf(compression))
    if (bytes === undefined) return undefined
    const { buffer, length } = bytes
    return new TDigest(compression, new Float64Array(buffer, 0, length / 16), new Float64Array(buffer, length / 2))
  }

  get capacity(): number {
    return this.means.length
  }

  get count(): number {
    return this.mergedCount + this.bufferedCount
  }

  /** All observations. */
  get observations(): number {
    return this.mergedWeight + this.bufferedWeight
  }

  get memoryBytes(): number {
    return DIGEST_BYTES + NODE_BYTES * this.capacity
  }

  /** @param value finite @param weight observations, whole */
  add(value: number, weight = 1): void {
    if (this.count === this.capacity) this.compress()
    const at = this.count
    this.means[at] = value
    this.weights[at] = weight
    this.bufferedCount++
    this.bufferedWeight += weight
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
  }

  /** Takes the observations of another digest in. */
  addDigest(other: TDigest): void {
    const { count, min, max } = other
    for (let i = 0; i < count; i++) this.add(other.means[i], other.weights[i])
    if (min < this.min) this.min = min
    if (max > this.max) this.max = max
  }

  reset(): void {
    this.mergedCount = 0
    this.bufferedCount = 0
    this.mergedWeight = 0
    this.bufferedWeight = 0
    this.min = Number.POSITIVE_INFINITY
    this.max = Number.NEGATIVE_INFINITY
    this.compressions = 0
  }

  /** Merges the buffered observations. */
  compress(): void {
    if (this.bufferedCount === 0) return
    const { means, weights, count } = this
    const total = this.observations
    sortNodes(means, weights, count)
    this.mergedCount = count
    this.mergedWeight = total
    this.bufferedCount = 0
    this.bufferedWeight = 0
    for (let scale = 1; ; scale *= 2) {
      this.#mergeNeighbours(scale)
      if (this.mergedCount <= this.capacity / 2) break
    }
    this.compressions++
  }

  /** Joins neighbours that weigh together at most `scale` times the limit. */
  #mergeNeighbours(scale: number): void {
    const { means, weights, mergedCount: count, compression } = this
    const limit = weightLimit(compression, this.mergedWeight, scale)
    let last = 0
    let before = 0
    for (let i = 1; i < count; i++) {
      const together = weights[last] + weights[i]
      const mayMerge = i < count - 1 && together <= Math.min(limit(before), limit(before + together))
      if (mayMerge) {
        // Not above the next mean, nor below the last one, however it is rounded.
        const mean = means[last] * (weights[last] / together) + means[i] * (weights[i] / together)
        means[last] = Math.min(means[i], Math.max(means[last], mean))
        weights[last] = together
      } else {
        before += weights[last]
        last++
        means[last] = means[i]
        weights[last] = weights[i]
      }
    }
    this.mergedCount = last + 1
  }

  copy(): TDigest {
    const bytes = new ArrayBuffer(NODE_BYTES * this.capacity)
    const means = new Float64Array(bytes, 0, this.capacity)
    const weights = new Float64Array(bytes, 8 * this.capacity)
    const { count } = this
    means.set(this.means.subarray(0, count))
    weights.set(this.weights.subarray(0, count))
    const { mergedCount, bufferedCount, mergedWeight, bufferedWeight, min, max, compressions } = this
    return Object.assign(new TDigest(this.compression, means, weights), {
      mergedCount,
      bufferedCount,
      mergedWeight,
      bufferedWeight,
      min,
      max,
      compressions,
    })
  }

  /** All observations merged: the digest itself, or a copy. */
  merged(): TDigest {
    if (this.bufferedCount === 0) return this
    const copy = this.copy()
    copy.compress()
    return copy
  }
}

/** The most that a centroid may weigh whose end has so many observations before it. */
function weightLimit(compression: number, total: number, scale: number): (before: number) => number {
  const middle = (2 * Math.PI * scale) / compression
  const ends = ((4 * Math.log(Math.max(1, total / compression)) + 24) * scale) / compression
  return (before) => {
    const q = before / total
    const spread = Math.max(0, q * (1 - q))
    return total * Math.min(middle * Math.sqrt(spread), ends * spread)
  }
}

/** Puts the nodes in the order of their means; equal ones stay in theirs. */
function sortNodes(means: Float64Array, weights: Float64Array, count: number): void {
  const order = new Uint32Array(count)
  for (let i = 0; i < count; i++) order[i] = i
  const unsortedMeans = means.slice(0, count)
  const unsortedWeights = weights.slice(0, count)
  order.sort((a, b) => unsortedMeans[a] - unsortedMeans[b] || a - b)
  for (let i = 0; i < count; i++) {
    means[i] = unsortedMeans[order[i]]
    weights[i] = unsortedWeights[order[i]]
  }
}
