/**
 * Large hash: fields and values as records, found by a table; those that expire also by an expiry heap.
 *
 *     record    u8: length of the field up to 126, or 127 and then u32 with the length; its top bit: with expiry
 *               [expiry: 48 bits, ms since the epoch; u32 place in the expiry heap]
 *               field
 *               value, the rest
 *
 * Numbers are little-endian. About 11 bytes a field beyond field and value, 14 more for one that expires.
 *
 * It does not know what time it is: fields whose time is over are there until `expireElements` or `delete` takes them
 * out, and it is the reader's to pass them over. keyspace/hash-value.ts does, has the packed form too, and is the face
 * of both.
 *
 * Invariants: a record is in the expiry heap exactly when it has an expiry, at the place that it names.
 * Complexity: O(1) for a field without expiry, O(log n) to set or remove an expiry, n fields that have one.
 */

import { copyBytes } from '@kvasir/protocol'
import type { Arena } from '../structures/arena.ts'
import { ExpiryHeap } from '../structures/expiry-heap.ts'
import { RecordHeap } from '../structures/record-heap.ts'
import { RecordTable, type Seed } from '../structures/record-table.ts'
import { TIME_MAX_MS } from '../structures/timer-wheel.ts'
import { type ExpiringObject, releaseAll } from './value-object.ts'

/** The expiry of a field that has none. */
export const NO_FIELD_EXPIRY = -1
/** In `set`: the expiry that the field has already. */
export const KEEP_FIELD_EXPIRY = -2

const LENGTH_SHORT_MAX = 126
const LENGTH_LONG = 127
const FLAG_EXPIRY = 128
const TIME_BYTES = 6
const EXPIRY_BYTES = TIME_BYTES + 4
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

/** Where a record's expiry stands in its chunk. */
function expiryAt(heap: RecordHeap, address: number): number {
  const at = heap.startOf(address)
  return (heap.bufOf(address)[at] & 127) === LENGTH_LONG ? at + 5 : at + 1
}

class FieldExpiry extends ExpiryHeap {
  readonly #heap: RecordHeap

  constructor(heap: RecordHeap) {
    super()
    this.#heap = heap
  }

  timeOf(address: number): number {
    const buf = this.#heap.bufOf(address)
    const at = expiryAt(this.#heap, address)
    return readWord(buf, at) + (buf[at + 4] | (buf[at + 5] << 8)) * 2 ** 32
  }

  setTime(address: number, timeMs: number): void {
    const buf = this.#heap.bufOf(address)
    const at = expiryAt(this.#heap, address)
    const high = Math.floor(timeMs / 2 ** 32)
    writeWord(buf, at, timeMs % 2 ** 32)
    buf[at + 4] = high
    buf[at + 5] = high >>> 8
  }

  placeOf(address: number): number {
    return readWord(this.#heap.bufOf(address), expiryAt(this.#heap, address) + TIME_BYTES)
  }

  protected placed(address: number, place: number): void {
    writeWord(this.#heap.bufOf(address), expiryAt(this.#heap, address) + TIME_BYTES, place)
  }
}

function readWord(buf: Uint8Array, at: number): number {
  return (buf[at] | (buf[at + 1] << 8) | (buf[at + 2] << 16) | (buf[at + 3] << 24)) >>> 0
}

function writeWord(buf: Uint8Array, at: number, value: number): void {
  buf[at] = value
  buf[at + 1] = value >>> 8
  buf[at + 2] = value >>> 16
  buf[at + 3] = value >>> 24
}

export class HashObject implements ExpiringObject {
  readonly arena: Arena
  readonly #seed: Seed
  readonly #heap: RecordHeap
  readonly #table: FieldTable
  readonly #expiry: FieldExpiry
  /** Whether Redis would still keep it as a listpack. */
  isNominallyPacked: boolean
  handle = 0
  keyHash = 0
  expiryPlace = -1

  constructor(arena: Arena, seed: Seed, isNominallyPacked: boolean) {
    this.arena = arena
    this.#seed = seed
    this.#heap = new RecordHeap(arena)
    this.#table = new FieldTable(this.#heap, seed)
    this.#expiry = new FieldExpiry(this.#heap)
    this.isNominallyPacked = isNominallyPacked
  }

  get encodingName(): string {
    return this.isNominallyPacked ? 'listpack' : 'hashtable'
  }

  get externalBytes(): number {
    return OBJECT_BYTES + this.#heap.externalBytes + this.#expiry.bytes
  }

  get tableSlots(): number {
    return this.#table.slots
  }

  get arenaBytes(): number {
    return this.#heap.arenaBytes + this.#table.indexBytes
  }

  /** Fields, expired ones that are still there included. */
  get size(): number {
    return this.#table.size
  }

  /** Fields that have an expiry. */
  get volatileCount(): number {
    return this.#expiry.size
  }

  get nextExpiryMs(): number {
    return this.#expiry.size === 0 ? Number.POSITIVE_INFINITY : this.#expiry.timeOf(this.#expiry.first)
  }

  /** Fields whose time is over, though they are still there. */
  expiredCount(nowMs: number): number {
    return this.#expiry.countDue(nowMs)
  }

  /** A record's expiry, ms since the epoch, or NO_FIELD_EXPIRY. */
  expiryMs(address: number): number {
    return this.#hasExpiry(address) ? this.#expiry.timeOf(address) : NO_FIELD_EXPIRY
  }

  isExpired(address: number, nowMs: number): boolean {
    return this.#hasExpiry(address) && this.#expiry.timeOf(address) <= nowMs
  }

  #hasExpiry(address: number): boolean {
    return (this.#heap.bufOf(address)[this.#heap.startOf(address)] & FLAG_EXPIRY) !== 0
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

  /**
   * Gives a field a value. Neither may lie in this hash.
   * @param expiryMs a time, NO_FIELD_EXPIRY or KEEP_FIELD_EXPIRY
   * @returns whether the field is new
   */
  set(
    field: Uint8Array,
    fieldStart: number,
    fieldLength: number,
    value: Uint8Array,
    valueStart: number,
    valueLength: number,
    expiryMs = NO_FIELD_EXPIRY,
  ): boolean {
    if (expiryMs >= 0 || this.#expiry.size > 0) {
      return this.#setVolatile(field, fieldStart, fieldLength, value, valueStart, valueLength, expiryMs)
    }
    const table = this.#table
    const heap = this.#heap
    const hash = table.hash(field, fieldStart, fieldLength)
    const old = table.find(hash, field, fieldStart, fieldLength)
    const bytes = (fieldLength > LENGTH_SHORT_MAX ? 5 : 1) + fieldLength + valueLength
    if (old !== 0 && heap.fits(old, bytes)) {
      heap.rewrite(old, bytes)
      this.#write(old, field, fieldStart, fieldLength, value, valueStart, valueLength, 0)
      return false
    }
    const address = heap.alloc(bytes)
    this.#write(address, field, fieldStart, fieldLength, value, valueStart, valueLength, 0)
    if (old === 0) {
      table.insert(hash, address)
      return true
    }
    table.replaceFound(address)
    this.#drop(old)
    return false
  }

  /** `set` in a hash with fields that expire, of which this may be one. */
  #setVolatile(
    field: Uint8Array,
    fieldStart: number,
    fieldLength: number,
    value: Uint8Array,
    valueStart: number,
    valueLength: number,
    expiryMs: number,
  ): boolean {
    const hash = this.#table.hash(field, fieldStart, fieldLength)
    const old = this.#table.find(hash, field, fieldStart, fieldLength)
    const oldMs = old === 0 ? NO_FIELD_EXPIRY : this.expiryMs(old)
    const nextMs = expiryMs === KEEP_FIELD_EXPIRY ? oldMs : Math.min(expiryMs, TIME_MAX_MS)
    const head = nextMs < 0 ? 0 : EXPIRY_BYTES
    const bytes = (fieldLength > LENGTH_SHORT_MAX ? 5 : 1) + head + fieldLength + valueLength
    if (old !== 0 && oldMs < 0 === nextMs < 0 && this.#heap.fits(old, bytes)) {
      this.#heap.rewrite(old, bytes)
      this.#write(old, field, fieldStart, fieldLength, value, valueStart, valueLength, head)
      if (oldMs !== nextMs) this.#retime(old, nextMs)
      return false
    }
    const address = this.#heap.alloc(bytes)
    this.#write(address, field, fieldStart, fieldLength, value, valueStart, valueLength, head)
    if (old !== 0) this.#replace(old, oldMs, address, nextMs)
    else {
      this.#table.insert(hash, address)
      this.#takeTime(address, nextMs)
    }
    return old === 0
  }

  #retime(address: number, expiryMs: number): void {
    this.#expiry.setTime(address, expiryMs)
    this.#expiry.retime(this.#expiry.placeOf(address))
  }

  #takeTime(address: number, expiryMs: number): void {
    if (expiryMs < 0) return
    this.#expiry.setTime(address, expiryMs)
    this.#expiry.add(address)
  }

  /** Puts a new record in the place of the one that the table found last. */
  #replace(old: number, oldMs: number, address: number, nextMs: number): void {
    this.#table.replaceFound(address)
    if (oldMs >= 0 && nextMs >= 0) {
      this.#expiry.setTime(address, nextMs)
      this.#expiry.replace(this.#expiry.placeOf(old), address)
    } else if (oldMs >= 0) this.#expiry.remove(this.#expiry.placeOf(old))
    else this.#takeTime(address, nextMs)
    this.#drop(old)
  }

  /**
   * Gives a field another expiry, or with NO_FIELD_EXPIRY none. The field's name may not lie in this hash.
   * @returns whether the field is there
   */
  setExpiry(field: Uint8Array, start: number, length: number, expiryMs: number): boolean {
    const old = this.find(field, start, length)
    if (old === 0) return false
    const oldMs = this.expiryMs(old)
    const nextMs = Math.min(expiryMs, TIME_MAX_MS)
    if (oldMs === nextMs) return true
    if (oldMs >= 0 && nextMs >= 0) {
      this.#retime(old, nextMs)
      return true
    }
    const head = nextMs < 0 ? 0 : EXPIRY_BYTES
    this.locate(old)
    const { fieldLength, valueLength } = this
    const address = this.#heap.alloc((fieldLength > LENGTH_SHORT_MAX ? 5 : 1) + head + fieldLength + valueLength)
    // Where the old record is may have changed: its chunk has grown.
    this.locate(old)
    const { fieldBuf, fieldStart, valueStart } = this
    this.#write(address, fieldBuf, fieldStart, fieldLength, fieldBuf, valueStart, valueLength, head)
    this.#replace(old, oldMs, address, nextMs)
    return true
  }

  /** @param head bytes left for the expiry, which is not written */
  #write(
    address: number,
    field: Uint8Array,
    fieldStart: number,
    fieldLength: number,
    value: Uint8Array,
    valueStart: number,
    valueLength: number,
    head: number,
  ): void {
    const buf = this.#heap.bufOf(address)
    let at = this.#heap.startOf(address)
    const flag = head === 0 ? 0 : FLAG_EXPIRY
    if (fieldLength > LENGTH_SHORT_MAX) {
      buf[at++] = LENGTH_LONG | flag
      for (let shift = 0; shift < 32; shift += 8) buf[at++] = fieldLength >>> shift
    } else buf[at++] = fieldLength | flag
    at += head
    copyBytes(field, fieldStart, fieldLength, buf, at)
    copyBytes(value, valueStart, valueLength, buf, at + fieldLength)
  }

  /** @returns whether the field was there */
  delete(field: Uint8Array, start: number, length: number): boolean {
    const hash = this.#table.hash(field, start, length)
    const address = this.#table.find(hash, field, start, length)
    if (address === 0) return false
    this.#table.removeFound(hash)
    if (this.#expiry.size > 0 && this.#hasExpiry(address)) this.#expiry.remove(this.#expiry.placeOf(address))
    this.#drop(address)
    return true
  }

  /** Takes out fields whose time is over, those first that waited longest, at most `countMax`. @returns how many */
  expireElements(nowMs: number, countMax: number): number {
    let count = 0
    for (; count < countMax && this.nextExpiryMs <= nowMs; count++) {
      const table = this.#table
      const address = this.#expiry.first
      this.locate(address)
      const hash = table.hash(table.keyBuf, table.keyStart, table.keyLength)
      if (table.find(hash, table.keyBuf, table.keyStart, table.keyLength) !== address) {
        throw new Error('expiry heap and table of a hash disagree')
      }
      table.removeFound(hash)
      this.#expiry.remove(0)
      this.#drop(address)
    }
    return count
  }

  #drop(address: number): void {
    this.#heap.free(address)
    this.#heap.tidy(this.#moved)
  }

  readonly #moved = (from: number, to: number): void => {
    this.#table.relocate(from, to)
    if (this.#expiry.size > 0 && this.#hasExpiry(to)) this.#expiry.renumber(this.#expiry.placeOf(to), to)
  }

  /**
   * Visits every record, as they lie in memory: in the order in which they were added as long as nothing was changed or
   * deleted. `locate` says what is in it. The hash may not change meanwhile.
   */
  forEach(visit: (address: number) => void): void {
    this.#heap.forEach(visit)
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
      const expiryMs = this.#expiry.size === 0 ? NO_FIELD_EXPIRY : this.expiryMs(address)
      copy.set(fieldBuf, fieldStart, fieldLength, fieldBuf, valueStart, valueLength, expiryMs)
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
