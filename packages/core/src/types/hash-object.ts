/**
 * Large hash: fields and values as records, found by a table.
 *
 *     record    u8: length of the field up to 126, or 127 and then u32 with the length; its top bit: with expiry
 *               [expiry: f64, ms since the epoch, little-endian]
 *               field
 *               value, the rest
 *
 * About 11 bytes a field beyond field and value. keyspace/hash-value.ts has the packed form, and is the face of both.
 */

import { copyBytes } from '@kvasir/protocol'
import type { Arena } from '../structures/arena.ts'
import { RecordHeap } from '../structures/record-heap.ts'
import { RecordTable, type Seed } from '../structures/record-table.ts'
import type { ValueObject } from './value-object.ts'

const LENGTH_SHORT_MAX = 126
const LENGTH_LONG = 127
const FLAG_EXPIRY = 128
const EXPIRY_BYTES = 8
/** The objects around the arena's blocks, roughly: this one, its heap and its table. */
const OBJECT_BYTES = 800

class FieldTable extends RecordTable {
  /** Set by `locateKey`: where the value begins, and how long it is. */
  valueStart = 0
  valueLength = 0

  locateKey(address: number): void {
    const buf = this.heap.bufOf(address)
    const start = this.heap.startOf(address)
    let at = start + 1
    let length = buf[start] & 127
    if (length === LENGTH_LONG) {
      length = buf[at] | (buf[at + 1] << 8) | (buf[at + 2] << 16) | (buf[at + 3] << 24)
      at += 4
    }
    if ((buf[start] & FLAG_EXPIRY) !== 0) at += EXPIRY_BYTES
    this.keyBuf = buf
    this.keyStart = at
    this.keyLength = length
    this.valueStart = at + length
    this.valueLength = start + this.heap.bytesOf(address) - this.valueStart
  }
}

export class HashObject implements ValueObject {
  readonly arena: Arena
  readonly #seed: Seed
  readonly #heap: RecordHeap
  readonly #table: FieldTable
  /** Whether Redis would still keep it as a listpack. */
  isNominallyPacked: boolean

  constructor(arena: Arena, seed: Seed, isNominallyPacked: boolean) {
    this.arena = arena
    this.#seed = seed
    this.#heap = new RecordHeap(arena)
    this.#table = new FieldTable(this.#heap, seed)
    this.isNominallyPacked = isNominallyPacked
  }

  get encodingName(): string {
    return this.isNominallyPacked ? 'listpack' : 'hashtable'
  }

  get externalBytes(): number {
    return OBJECT_BYTES + this.#heap.externalBytes
  }

  get arenaBytes(): number {
    return this.#heap.arenaBytes + this.#table.indexBytes
  }

  /** Fields, expired ones that are still there included. */
  get size(): number {
    return this.#table.size
  }

  /** The field's record, or 0. */
  find(field: Uint8Array, start: number, length: number): number {
    return this.#table.find(this.#table.hash(field, start, length), field, start, length)
  }

  /** Lets `fieldBuf`, `fieldStart`, `fieldLength`, `valueStart` and `valueLength` be a record's. */
  locate(address: number): void {
    this.#table.locateKey(address)
  }

  get fieldBuf(): Uint8Array {
    return this.#table.keyBuf
  }

  get fieldStart(): number {
    return this.#table.keyStart
  }

  get fieldLength(): number {
    return this.#table.keyLength
  }

  get valueStart(): number {
    return this.#table.valueStart
  }

  get valueLength(): number {
    return this.#table.valueLength
  }

  /** Gives a field a value. Neither may lie in this hash. @returns whether the field is new */
  set(
    field: Uint8Array,
    fieldStart: number,
    fieldLength: number,
    value: Uint8Array,
    valueStart: number,
    valueLength: number,
  ): boolean {
    const table = this.#table
    const heap = this.#heap
    const hash = table.hash(field, fieldStart, fieldLength)
    const old = table.find(hash, field, fieldStart, fieldLength)
    const bytes = (fieldLength > LENGTH_SHORT_MAX ? 5 : 1) + fieldLength + valueLength
    if (old !== 0 && heap.fits(old, bytes)) {
      heap.rewrite(old, bytes)
      this.#write(old, field, fieldStart, fieldLength, value, valueStart, valueLength)
      return false
    }
    const address = heap.alloc(bytes)
    this.#write(address, field, fieldStart, fieldLength, value, valueStart, valueLength)
    if (old === 0) {
      table.insert(hash, address)
      return true
    }
    table.replaceFound(address)
    this.#drop(old)
    return false
  }

  #write(
    address: number,
    field: Uint8Array,
    fieldStart: number,
    fieldLength: number,
    value: Uint8Array,
    valueStart: number,
    valueLength: number,
  ): void {
    const buf = this.#heap.bufOf(address)
    let at = this.#heap.startOf(address)
    if (fieldLength > LENGTH_SHORT_MAX) {
      buf[at++] = LENGTH_LONG
      for (let shift = 0; shift < 32; shift += 8) buf[at++] = fieldLength >>> shift
    } else buf[at++] = fieldLength
    copyBytes(field, fieldStart, fieldLength, buf, at)
    copyBytes(value, valueStart, valueLength, buf, at + fieldLength)
  }

  /** @returns whether the field was there */
  delete(field: Uint8Array, start: number, length: number): boolean {
    const hash = this.#table.hash(field, start, length)
    const address = this.#table.find(hash, field, start, length)
    if (address === 0) return false
    this.#table.removeFound(hash)
    this.#drop(address)
    return true
  }

  #drop(address: number): void {
    this.#heap.free(address)
    this.#heap.tidy(this.#moved)
  }

  readonly #moved = (from: number, to: number): void => this.#table.relocate(from, to)

  /** Visits every record; `locate` says what is in it. The hash may not change meanwhile. */
  forEach(visit: (address: number) => void): void {
    this.#table.forEach(visit)
  }

  /** As `HashTable.scan`: one bucket's records. */
  scan(cursor: number, visit: (address: number) => void): number {
    return this.#table.scan(cursor, visit)
  }

  /** A record chosen by `random`. */
  sample(random: () => number): number {
    return this.#table.sample(random)
  }

  copy(arena: Arena): HashObject {
    const copy = new HashObject(arena, this.#seed, this.isNominallyPacked)
    this.forEach((address) => {
      this.locate(address)
      const { fieldBuf, fieldStart, fieldLength, valueStart, valueLength } = this
      copy.set(fieldBuf, fieldStart, fieldLength, fieldBuf, valueStart, valueLength)
    })
    return copy
  }

  free(): void {
    this.#heap.clear()
    this.#table.discard()
  }

  leaveSegment(segment: number): void {
    this.#heap.leaveSegment(segment)
    this.#table.leaveSegment(segment)
  }
}
