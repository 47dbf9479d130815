/**
 * Large set: members as records, found by a table.
 *
 *     record    the member
 *
 * About 10 bytes a member beyond the member. keyspace/set-value.ts has the packed forms, and is the face of all three.
 */

import { copyBytes } from '@kvasir/protocol'
import type { Arena } from '../structures/arena.ts'
import { isInt64 } from '../structures/decimal.ts'
import { RecordHeap } from '../structures/record-heap.ts'
import { RecordTable, type Seed } from '../structures/record-table.ts'
import type { CollectionLimits } from './collection-limits.ts'
import { FORM_HASHTABLE, FORM_INTSET, formExpecting, formWith, SET_FORM_NAMES, type SetForm } from './set-form.ts'
import { releaseAll, type ValueObject } from './value-object.ts'

/** The objects around the arena's blocks, roughly: this one, its heap and its table. */
const OBJECT_BYTES = 800

class MemberTable extends RecordTable {
  locateKey(address: number): void {
    this.keyBuf = this.heap.bufOf(address)
    this.keyStart = this.heap.startOf(address)
    this.keyLength = this.heap.bytesOf(address)
  }
}

export class SetObject implements ValueObject {
  readonly arena: Arena
  readonly #seed: Seed
  readonly #heap: RecordHeap
  readonly #table: MemberTable
  /** What Valkey would keep it as. */
  form: SetForm

  constructor(arena: Arena, seed: Seed, form: SetForm) {
    this.arena = arena
    this.#seed = seed
    this.#heap = new RecordHeap(arena)
    this.#table = new MemberTable(this.#heap, seed)
    this.form = form
  }

  get encodingName(): string {
    return SET_FORM_NAMES[this.form]
  }

  get externalBytes(): number {
    return OBJECT_BYTES + this.#heap.externalBytes
  }

  get arenaBytes(): number {
    return this.#heap.arenaBytes + this.#table.indexBytes
  }

  get size(): number {
    return this.#table.size
  }

  get tableSlots(): number {
    return this.#table.slots
  }

  /** The member's record, or 0. */
  find(member: Uint8Array, start: number, length: number): number {
    return this.#table.find(this.#table.hash(member, start, length), member, start, length)
  }

  /** Lets `memberBuf`, `memberStart` and `memberLength` be a record's. */
  locate(address: number): void {
    this.#table.locateKey(address)
  }

  get memberBuf(): Uint8Array {
    return this.#table.keyBuf
  }

  get memberStart(): number {
    return this.#table.keyStart
  }

  get memberLength(): number {
    return this.#table.keyLength
  }

  /** Adds a member, which may not lie in this set. @returns whether it is new */
  add(member: Uint8Array, start: number, length: number): boolean {
    const table = this.#table
    const hash = table.hash(member, start, length)
    if (table.find(hash, member, start, length) !== 0) return false
    const heap = this.#heap
    const address = heap.alloc(length)
    copyBytes(member, start, length, heap.bufOf(address), heap.startOf(address))
    table.insert(hash, address)
    return true
  }

  /** As `add`, and follows Valkey in what it would keep the set as. */
  addWithin(limits: CollectionLimits, member: Uint8Array, start: number, length: number): boolean {
    if (!this.add(member, start, length)) return false
    if (this.form === FORM_HASHTABLE) return true
    const isNumber = isInt64(member, start, length)
    const widest = this.form === FORM_INTSET && !isNumber ? this.widest() : 0
    this.form = formWith(this.form, this.size - 1, isNumber, length, widest, limits)
    return true
  }

  /** Tells ahead that up to so many members come. */
  expect(limits: CollectionLimits, expected: number): void {
    this.form = formExpecting(this.form, expected, limits)
  }

  /** Length of the longest member. */
  widest(): number {
    let widest = 0
    this.forEach((address) => {
      widest = Math.max(widest, this.#heap.bytesOf(address))
    })
    return widest
  }

  /** @returns whether the member was there */
  delete(member: Uint8Array, start: number, length: number): boolean {
    const hash = this.#table.hash(member, start, length)
    const address = this.#table.find(hash, member, start, length)
    if (address === 0) return false
    this.#table.removeFound(hash)
    this.#drop(address)
    return true
  }

  /** Takes out the member with this record. */
  deleteAt(address: number): void {
    this.locate(address)
    this.delete(this.memberBuf, this.memberStart, this.memberLength)
  }

  #drop(address: number): void {
    this.#heap.free(address)
    this.#heap.tidy(this.#moved)
  }

  readonly #moved = (from: number, to: number): void => this.#table.relocate(from, to)

  /** Visits every record; `locate` says what is in it. The set may not change meanwhile. */
  forEach(visit: (address: number) => void): void {
    this.#table.forEach(visit)
  }

  /** As `HashTable.scan`: one bucket's records. */
  scan(cursor: number, visit: (address: number) => void): number {
    return this.#table.scan(cursor, visit)
  }

  /** A record chosen by `random`, each with the same chance. */
  sample(random: () => number): number {
    return this.#table.sample(random)
  }

  copy(arena: Arena): SetObject {
    const copy = new SetObject(arena, this.#seed, this.form)
    this.forEach((address) => {
      this.locate(address)
      copy.add(this.memberBuf, this.memberStart, this.memberLength)
    })
    return copy
  }

  free(): void {
    releaseAll(this.release())
  }

  *release(): Generator<void> {
    yield* this.#heap.release()
    yield* this.#table.release()
  }

  leaveSegment(segment: number): void {
    this.#heap.leaveSegment(segment)
    this.#table.leaveSegment(segment)
  }
}
