/**
 * Values that live outside the entry: the database holds them by a handle and knows of them only this.
 * One such object per large value, never one per element.
 */

import { dropBuffer } from '@kvasir/protocol'
import type { Arena } from '../structures/arena.ts'

export interface ValueObject {
  /** Bytes that the value holds outside the database's arena, for `maxmemory` and `MEMORY USAGE`. */
  readonly externalBytes: number
  /** Bytes of its blocks in the arena, if it has any. */
  readonly arenaBytes?: number
  /** The arena that it holds blocks of, if any. It cannot live in a database with another one. */
  readonly arena?: Arena
  /** What OBJECT ENCODING answers: the name of what Redis would use, whatever we do. */
  readonly encodingName: string
  /** Places in its hash table, taken or not, and elements in it; undefined for a value that has none. */
  readonly tableSlots?: number
  readonly size?: number
  /** When the first of its elements expires, ms since the epoch; Infinity or undefined for never. */
  readonly nextExpiryMs?: number
  /** A value of its own with the same contents, whose blocks, if it needs any, are of `arena`. */
  copy(arena: Arena): ValueObject
  /** The key is gone or got another value: give back arena blocks and whatever else is held. */
  free?(): void
  /**
   * As `free`, a block at each step, for values that have many: nothing else is done with the value once it has begun,
   * and no block of the arena moves meanwhile.
   */
  release?(): Iterator<void>
  /** Move the blocks that lie in this segment of the arena elsewhere: it is going to be given back. */
  leaveSegment?(segment: number): void
}

/**
 * A value whose elements can expire one by one. The database keeps those that have such elements in the order of their
 * times (keyspace/object-table.ts), and keeps its own notes in them.
 */
export interface ExpiringObject extends ValueObject {
  /** Elements, expired ones that are still there included. */
  readonly size: number
  readonly nextExpiryMs: number
  /** Takes out elements whose time is over, at most `countMax`. @returns how many */
  expireElements(nowMs: number, countMax: number): number

  /** The database's: the object's handle, and the hash of the key that it is under. */
  handle: number
  keyHash: number
  /** The database's: its place among the objects that wait for a time, or -1. */
  expiryPlace: number
}

/** Takes all steps of a release at once. */
export function releaseAll(steps: Iterator<void>): void {
  while (steps.next().done !== true) {}
}

/** A string too long for an arena block, in a buffer of its own that grows by doubling. */
export class LargeString implements ValueObject {
  readonly encodingName = 'raw'
  bytes: Uint8Array
  length: number

  constructor(bytes: Uint8Array, length = bytes.length) {
    this.bytes = bytes
    this.length = length
  }

  get externalBytes(): number {
    return this.bytes.length
  }

  copy(): LargeString {
    return new LargeString(this.bytes.slice(0, this.length))
  }

  free(): void {
    dropBuffer(this.bytes)
  }

  *release(): Generator<void> {
    yield this.free()
  }

  /** Makes the string `length` bytes long; what is new are zero bytes. */
  resize(length: number): void {
    if (length > this.bytes.length) {
      const room = Math.max(GROWTH_BYTES_MIN, length >>> GROWTH_SHIFT)
      const next = new Uint8Array(Math.min(Math.max(length, this.bytes.length * 2), length + room))
      next.set(this.bytes.subarray(0, this.length))
      this.bytes = next
    } else if (length > this.length) this.bytes.fill(0, this.length, length)
    this.length = length
  }
}

/**
 * Room in advance for a string that grows: twice its length, but at most as much as in Redis or, since every growth
 * copies it here, a sixteenth of it.
 */
const GROWTH_BYTES_MIN = 1024 * 1024
const GROWTH_SHIFT = 4
