/**
 * Record table: the hash table of a large collection, whose keys (fields, members) lie in records of a record heap.
 *
 * Addresses are those of the heap. Invariant: every live record is in the table once. Complexity as in hash-table.ts.
 */

import { KIND_OBJECT } from './arena.ts'
import { BUCKET_BYTES, SLOTS } from './hash-region.ts'
import { HashTable } from './hash-table.ts'
import type { RecordHeap } from './record-heap.ts'
import { hashBytes } from './siphash.ts'

/** What a table's keys are hashed with; secret, so that nobody can choose keys that collide. */
export interface Seed {
  readonly seedLow: number
  readonly seedHigh: number
}

export abstract class RecordTable extends HashTable {
  readonly heap: RecordHeap
  readonly seed: Seed
  /** Set by `locateKey`. */
  keyBuf: Uint8Array = NO_BYTES
  keyStart = 0
  keyLength = 0

  constructor(heap: RecordHeap, seed: Seed) {
    super(heap.arena, KIND_OBJECT)
    this.heap = heap
    this.seed = seed
  }

  /** Bytes of its regions, all in the arena. The directory is on the heap, and counts as part of the object around. */
  override get indexBytes(): number {
    return (this.slots / SLOTS) * BUCKET_BYTES
  }

  /** Sets `keyBuf`, `keyStart` and `keyLength` to the key in a record. */
  abstract locateKey(address: number): void

  hash(buf: Uint8Array, start: number, length: number): number {
    return hashBytes(this.seed.seedLow, this.seed.seedHigh, buf, start, length)
  }

  protected hashAt(address: number): number {
    this.locateKey(address)
    return this.hash(this.keyBuf, this.keyStart, this.keyLength)
  }

  protected keyEquals(address: number, buf: Uint8Array, start: number, length: number): boolean {
    this.locateKey(address)
    if (this.keyLength !== length) return false
    const { keyBuf, keyStart } = this
    for (let i = 0; i < length; i++) if (keyBuf[keyStart + i] !== buf[start + i]) return false
    return true
  }
}

const NO_BYTES = new Uint8Array(0)
