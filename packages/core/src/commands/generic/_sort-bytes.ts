/**
 * Byte strings copied one behind the other: what SORT has read of the keyspace, where each look-up may change it.
 *
 *     bytes    | first | second | third ...
 *     starts   where each begins; lengths, or MISSING for a value that is not there
 *
 * No object per string. Adding takes time in the string's length, amortized; the number of strings has its limit from
 * the beginning.
 */

import { copyBytes } from '@kvasir/protocol'

const BYTES_FIRST = 1024
const MISSING = -1

export class ByteStrings {
  bytes = new Uint8Array(BYTES_FIRST)
  count = 0
  /** Of all strings together. */
  sizeBytes = 0
  readonly #starts: Float64Array
  readonly #lengths: Int32Array

  constructor(countMax: number) {
    this.#starts = new Float64Array(countMax)
    this.#lengths = new Int32Array(countMax)
  }

  add(buf: Uint8Array, start: number, length: number): void {
    const at = this.sizeBytes
    if (at + length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(2 * this.bytes.length, at + length))
      grown.set(this.bytes)
      this.bytes = grown
    }
    copyBytes(buf, start, length, this.bytes, at)
    this.#starts[this.count] = at
    this.#lengths[this.count++] = length
    this.sizeBytes = at + length
  }

  addMissing(): void {
    this.#starts[this.count] = this.sizeBytes
    this.#lengths[this.count++] = MISSING
  }

  isMissing(index: number): boolean {
    return this.#lengths[index] === MISSING
  }

  start(index: number): number {
    return this.#starts[index]
  }

  /** 0 for one that is missing. */
  length(index: number): number {
    return Math.max(0, this.#lengths[index])
  }

  /** Byte order, shorter first when one begins the other; what is missing comes before all. */
  compare(a: number, b: number): number {
    const lengthA = this.#lengths[a]
    const lengthB = this.#lengths[b]
    const { bytes } = this
    const startA = this.#starts[a]
    const startB = this.#starts[b]
    const common = Math.min(lengthA, lengthB)
    for (let i = 0; i < common; i++) {
      const difference = bytes[startA + i] - bytes[startB + i]
      if (difference !== 0) return difference
    }
    return lengthA - lengthB
  }
}
