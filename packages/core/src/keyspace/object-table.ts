/**
 * Object table: what a database's entries refer to by a handle of four bytes, because it is no block of the arena:
 * large strings, large collections, modules' values, and keys too long for a block. Objects with elements that expire
 * are also kept in the order of their times.
 */

import { ExpiryHeap } from '../structures/expiry-heap.ts'
import type { ExpiringObject, ValueObject } from '../types/value-object.ts'

type Item = ValueObject | Uint8Array | undefined

/** The handles of objects that have elements that expire. */
class WaitingObjects extends ExpiryHeap {
  readonly #items: Item[]

  constructor(items: Item[]) {
    super()
    this.#items = items
  }

  protected timeOf(handle: number): number {
    return (this.#items[handle] as ExpiringObject).nextExpiryMs
  }

  protected placed(handle: number, place: number): void {
    const object = this.#items[handle] as ExpiringObject
    object.expiryPlace = place
  }
}

export class ObjectTable {
  /** By handle; key bytes are among them. */
  readonly items: Item[] = []
  /** Memory of the objects outside the arena, bytes. */
  bytes = 0
  readonly #waiting = new WaitingObjects(this.items)
  readonly #free: number[] = []

  /**
   * @param keyHash hash of the key that the object is the value of
   * @returns the handle
   */
  add(object: ValueObject | Uint8Array, keyHash = 0): number {
    const handle = this.#free.pop() ?? this.items.length
    this.items[handle] = object
    this.bytes += bytesOf(object)
    if (isExpiring(object)) {
      object.handle = handle
      object.keyHash = keyHash
      object.expiryPlace = -1
      this.retime(object)
    }
    return handle
  }

  /** Takes an object out; it is the caller's then. */
  take(handle: number): ValueObject | Uint8Array {
    const object = this.items[handle]
    if (object === undefined) throw new Error('object table: no such handle')
    if (isExpiring(object) && object.expiryPlace >= 0) this.#waiting.remove(object.expiryPlace)
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

  /** Objects that have elements that expire. */
  get waitingCount(): number {
    return this.#waiting.size
  }

  /** The object whose element's time comes first. */
  get firstWaiting(): ExpiringObject | undefined {
    return this.#waiting.size === 0 ? undefined : (this.items[this.#waiting.first] as ExpiringObject)
  }

  /** The next time of an object here has changed. */
  retime(object: ExpiringObject): void {
    const isWaiting = object.nextExpiryMs !== Number.POSITIVE_INFINITY
    if (object.expiryPlace < 0) {
      if (isWaiting) this.#waiting.add(object.handle)
    } else if (isWaiting) this.#waiting.retime(object.expiryPlace)
    else this.#waiting.remove(object.expiryPlace)
  }
}

function isExpiring(object: ValueObject | Uint8Array): object is ExpiringObject {
  return 'expiryPlace' in object
}

function bytesOf(object: ValueObject | Uint8Array): number {
  return object instanceof Uint8Array ? object.length : object.externalBytes
}
