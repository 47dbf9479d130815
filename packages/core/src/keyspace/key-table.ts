/** The hash table of one database's entries: knows where an entry keeps its key, and what a key hashes to. */

import { type Arena, KIND_INDEX } from '../structures/arena.ts'
import { HashTable } from '../structures/hash-table.ts'
import { hashBytes } from '../structures/siphash.ts'
import { byteOffset, FLAG_LONG, FLAG_TTL, KEY_EXTERNAL, segmentOf, wordOffset } from './entry.ts'

export class KeyTable extends HashTable {
  readonly #seedLow: number
  readonly #seedHigh: number
  readonly #objects: readonly unknown[]

  /** @param objects the database's objects, by handle: long keys are among them */
  constructor(arena: Arena, seedLow: number, seedHigh: number, objects: readonly unknown[]) {
    super(arena, KIND_INDEX)
    this.#seedLow = seedLow
    this.#seedHigh = seedHigh
    this.#objects = objects
  }

  hash(buf: Uint8Array, start: number, length: number): number {
    return hashBytes(this.#seedLow, this.#seedHigh, buf, start, length)
  }

  protected keyEquals(address: number, buf: Uint8Array, start: number, length: number): boolean {
    const bytes = this.arena.u8[segmentOf(address)]
    let at = byteOffset(address)
    const flags = bytes[at]
    if ((flags & FLAG_LONG) !== 0) return this.#longKeyEquals(address, buf, start, length)
    at += (flags & FLAG_TTL) === 0 ? 4 : 18
    if (bytes[at] !== length) return false
    at += 2
    for (let i = 0; i < length; i++) if (bytes[at + i] !== buf[start + i]) return false
    return true
  }

  #longKeyEquals(address: number, buf: Uint8Array, start: number, length: number): boolean {
    const key = this.keyBytes(address)
    if (key.length !== length) return false
    for (let i = 0; i < length; i++) if (key[i] !== buf[start + i]) return false
    return true
  }

  /** A view of the entry's key, valid until the database changes. */
  keyBytes(address: number): Uint8Array {
    const bytes = this.arena.u8[segmentOf(address)]
    const offset = byteOffset(address)
    const flags = bytes[offset]
    if ((flags & FLAG_LONG) === 0) {
      const at = offset + ((flags & FLAG_TTL) === 0 ? 4 : 18)
      return bytes.subarray(at + 2, at + 2 + bytes[at])
    }
    const words = this.arena.i32[segmentOf(address)]
    const word = wordOffset(address) + ((flags & FLAG_TTL) === 0 ? 1 : 5)
    const length = words[word]
    if ((length & KEY_EXTERNAL) !== 0) return this.#objects[words[word + 2]] as Uint8Array
    const at = (word + 2) << 2
    return bytes.subarray(at, at + length)
  }

  protected hashAt(address: number): number {
    const bytes = this.arena.u8[segmentOf(address)]
    const offset = byteOffset(address)
    const flags = bytes[offset]
    if ((flags & FLAG_LONG) === 0) {
      const at = offset + ((flags & FLAG_TTL) === 0 ? 4 : 18)
      return hashBytes(this.#seedLow, this.#seedHigh, bytes, at + 2, bytes[at])
    }
    const key = this.keyBytes(address)
    return hashBytes(this.#seedLow, this.#seedHigh, key, 0, key.length)
  }
}
