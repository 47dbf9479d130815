/** Needle: an element that a list is searched for, as it is and as a run or a listpack has it. */

import { element, encoded } from './element.ts'
import { BLOCK_BYTES_MAX } from './size-classes.ts'

/** Stands for the length of a needle that no block can hold. */
export const TOO_LONG = -1

export class Needle {
  /** The element as `EncodedElements` writes it, and how long that is. */
  readonly buf: Uint8Array
  readonly bytes: number
  readonly #value: Uint8Array
  readonly #start: number
  readonly #length: number

  constructor(value: Uint8Array, start: number, length: number) {
    this.#value = value
    this.#start = start
    this.#length = length
    this.buf = EMPTY
    this.bytes = TOO_LONG
    if (length > BLOCK_BYTES_MAX) return
    encoded.clear()
    encoded.add(value, start, length)
    this.buf = encoded.buf.slice(0, encoded.length)
    this.bytes = encoded.length
  }

  /** Whether it is equal to `element`. */
  isRead(): boolean {
    if (element.length !== this.#length) return false
    for (let i = 0; i < this.#length; i++) {
      if (element.buf[element.start + i] !== this.#value[this.#start + i]) return false
    }
    return true
  }
}

const EMPTY = new Uint8Array(0)
