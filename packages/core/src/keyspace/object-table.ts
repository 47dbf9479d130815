/**
 * Object table: what a database's entries refer to by a handle of four bytes, because it is no block of the arena:
 * large strings, large collections, modules' values, and keys too long for a block.
 */

import type { ValueObject } from '../types/value-object.ts'

export class ObjectTable {
  /** By handle; key bytes are among them. */
  readonly items: (ValueObject | Uint8Array | undefined)[] = []
  /** Memory of the objects outside the arena, bytes. */
  bytes = 0
  readonly #free: number[] = []

  /** @returns the handle */
  add(object: ValueObject | Uint8Array): number {
    const handle = this.#free.pop() ?? this.items.length
    this.items[handle] = object
    this.bytes += bytesOf(object)
    return handle
  }

  /** Takes an object out; it is the caller's then. */
  take(handle: number): ValueObject | Uint8Array {
    const object = this.items[handle]
    if (object === undefined) throw new Error('object table: no such handle')
    this.items[handle] = undefined
    this.bytes -= bytesOf(object)
    if (this.#free.length + 1 < this.items.length) this.#free.push(handle)
    else {
      // The last object is gone: the table itself gives its memory back.
      this.items.length = 0
      this.#free.length = 0
    }
    return object
  }
}

function bytesOf(object: ValueObject | Uint8Array): number {
  return object instanceof Uint8Array ? object.length : object.externalBytes
}
