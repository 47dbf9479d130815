/**
 * Count-min sketch: how often each of many items came, never too low.
 *
 *     counters   depth rows of width counters, 32 bits unsigned; an item has one counter in each row:
 *                row i, column murmurHash32(item, seed i) mod width
 *     estimate   the least of an item's counters
 *
 * With width ceil(2 / e) and depth ceil(log2(1 / p)), an estimate is at most e times the sum of all counts too high,
 * but for a share p of the items. A counter stays at its highest value when it has got there.
 *
 * Source: G. Cormode, S. Muthukrishnan, An Improved Data Stream Summary, 2005; positions are those of RedisBloom. In
 * RDB it is `CMSk-TYPE` in version 0, its fields: width, depth, sum: unsigned; counters, little-endian: bytes.
 */

import { defineDataType, PayloadError, type PayloadWriter } from '@kvasir/module-api'
import { allocateCounters } from './allocation.ts'
import { murmurHash32 } from './murmur-hash.ts'

export const COUNTER_MAX = 2 ** 32 - 1
const SKETCH_BYTES = 32

export interface WeightedSketch {
  readonly sketch: CountMinSketch
  readonly weight: number
}

export class CountMinSketch {
  readonly width: number
  readonly depth: number
  readonly counters: Uint32Array
  /** The sum of all increments, at most 2^53 - 1. */
  sum = 0

  constructor(width: number, depth: number, counters: Uint32Array) {
    this.width = width
    this.depth = depth
    this.counters = counters
  }

  /** @returns undefined when there is not that much memory */
  static create(width: number, depth: number): CountMinSketch | undefined {
    const counters = allocateCounters(width * depth)
    return counters === undefined ? undefined : new CountMinSketch(width, depth, counters)
  }

  get memoryBytes(): number {
    return SKETCH_BYTES + this.counters.byteLength
  }

  /** @returns the item's estimate; COUNTER_MAX when a counter could not hold more */
  increase(item: Uint8Array, increment: number): number {
    const { width, depth, counters } = this
    let estimate = COUNTER_MAX
    for (let i = 0; i < depth; i++) {
      const at = i * width + (murmurHash32(item, 0, item.length, i) % width)
      const count = Math.min(COUNTER_MAX, counters[at] + increment)
      counters[at] = count
      if (count < estimate) estimate = count
    }
    this.sum = Math.min(Number.MAX_SAFE_INTEGER, this.sum + increment)
    return estimate
  }

  query(item: Uint8Array): number {
    const { width, depth, counters } = this
    let estimate = COUNTER_MAX
    for (let i = 0; i < depth; i++) {
      estimate = Math.min(estimate, counters[i * width + (murmurHash32(item, 0, item.length, i) % width)])
    }
    return estimate
  }

  /**
   * Takes the weighted sum of other sketches of the same width and depth, of which this one may be one.
   * @returns false, and nothing is changed, when a counter could not hold its sum
   */
  merge(sources: readonly WeightedSketch[]): boolean {
    const { counters } = this
    // Twice, so that nothing is changed in vain: sums on the way would take twice the sketch's memory.
    for (let at = 0; at < counters.length; at++) {
      if (!(weightedSum(sources, at) <= COUNTER_MAX)) return false
    }
    let sum = 0
    for (const { sketch, weight } of sources) sum += sketch.sum * weight
    if (!Number.isSafeInteger(sum) || sum < 0) return false
    for (let at = 0; at < counters.length; at++) counters[at] = weightedSum(sources, at)
    this.sum = sum
    return true
  }

  copy(): CountMinSketch {
    const copy = new CountMinSketch(this.width, this.depth, this.counters.slice())
    copy.sum = this.sum
    return copy
  }
}

/** @returns NaN for a sum below 0 or one that is not exact */
function weightedSum(sources: readonly WeightedSketch[], at: number): number {
  let sum = 0
  for (const { sketch, weight } of sources) {
    sum += sketch.counters[at] * weight
    if (!Number.isSafeInteger(sum)) return Number.NaN
  }
  return sum < 0 ? Number.NaN : sum
}

function writeFields(sketch: CountMinSketch, writer: PayloadWriter): void {
  const { width, depth, sum, counters } = sketch
  writer.unsigned(width)
  writer.unsigned(depth)
  writer.unsigned(sum)
  writer.bytes(new Uint8Array(counters.buffer, counters.byteOffset, counters.byteLength))
}

export const countMinSketchType = defineDataType<CountMinSketch>({
  name: 'CMSk-TYPE',
  version: 0,
  save: writeFields,
  load(reader) {
    const width = Number(reader.unsigned())
    const depth = Number(reader.unsigned())
    const sum = Number(reader.unsigned())
    const bytes = reader.bytes()
    const isSketch = width >= 1 && depth >= 1 && width * depth * 4 === bytes.length && Number.isSafeInteger(sum)
    if (!isSketch) throw new PayloadError('no count-min sketch: width, depth and counters do not fit')
    const sketch = new CountMinSketch(width, depth, new Uint32Array(bytes.slice().buffer))
    sketch.sum = sum
    return sketch
  },
  memoryBytes: (sketch) => sketch.memoryBytes,
  copy: (sketch) => sketch.copy(),
  digest: writeFields,
})
