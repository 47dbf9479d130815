/**
 * Entry store: where a database's entries, tables and objects are, and how an entry is read. What changes them is in
 * database.ts; the layout of an entry is in entry.ts.
 *
 * An address is an entry's, valid until the next change of the database; so are views of its bytes.
 */

import type { Arena } from '../structures/arena.ts'
import { type TimerWheel, timeOf } from '../structures/timer-wheel.ts'
import { type ExpiringObject, LargeString, type ValueObject } from '../types/value-object.ts'
import {
  byteOffset,
  ENCODING_OBJECT,
  ENCODING_SHIFT,
  FLAG_LONG,
  FLAG_TTL,
  HANDLE_BYTES,
  headerBytes,
  KEY_EXTERNAL,
  segmentOf,
  TYPE_MASK,
  wordOffset,
} from './entry.ts'
import type { HashValue } from './hash-value.ts'
import type { KeyTable } from './key-table.ts'
import type { KeyspaceOwner } from './keyspace-owner.ts'
import { ObjectTable } from './object-table.ts'

/** No time to live. */
export const NO_EXPIRY = -1
/** What a key costs in the table, on average. */
const TABLE_BYTES_PER_KEY = 8

export abstract class EntryStore {
  arena!: Arena
  table!: KeyTable
  wheel!: TimerWheel
  readonly owner: KeyspaceOwner
  protected objectTable = new ObjectTable()

  /** The one view of this database's hashes, for `HashValue.at`; it holds on to the hash that it was opened at last. */
  hashValue: HashValue | undefined

  /** Set by `value` and `put`: where the value's bytes are. */
  valueBuf: Uint8Array = NO_BYTES
  valueStart = 0
  valueLength = 0

  constructor(owner: KeyspaceOwner) {
    this.owner = owner
  }

  /** What entries refer to by handles, long keys included; undefined where nothing is. */
  get objects(): readonly (ValueObject | Uint8Array | undefined)[] {
    return this.objectTable.items
  }

  /** Objects that have elements that expire, and the one whose element's time comes first. */
  get waitingObjectCount(): number {
    return this.objectTable.waitingCount
  }

  get firstWaitingObject(): ExpiringObject | undefined {
    return this.objectTable.firstWaiting
  }

  /** The time at which the first element of an object expires has changed. */
  elementsRetimed(object: ExpiringObject): void {
    this.objectTable.retime(object)
  }

  /** The database was cleared: nothing here may hold on to what was in it. */
  protected forgetValues(): void {
    this.objectTable = new ObjectTable()
    this.hashValue = undefined
    this.valueBuf = NO_BYTES
  }

  flags(address: number): number {
    return this.arena.u8[segmentOf(address)][byteOffset(address)]
  }

  type(address: number): number {
    return this.arena.u8[segmentOf(address)][byteOffset(address)] & TYPE_MASK
  }

  encoding(address: number): number {
    return this.arena.u8[segmentOf(address)][byteOffset(address)] >>> ENCODING_SHIFT
  }

  keyBytes(address: number): Uint8Array {
    return this.table.keyBytes(address)
  }

  /** Milliseconds since the epoch, or NO_EXPIRY. */
  expiryMs(address: number): number {
    if ((this.flags(address) & FLAG_TTL) === 0) return NO_EXPIRY
    return timeOf(this.arena.i32[segmentOf(address)], wordOffset(address))
  }

  /** Whether the entry's time is over, though it is still there. */
  isExpired(address: number): boolean {
    if ((this.flags(address) & FLAG_TTL) === 0) return false
    const isOver = timeOf(this.arena.i32[segmentOf(address)], wordOffset(address)) <= this.owner.nowMs
    return isOver && !this.owner.seesExpired
  }

  accessClock(address: number): number {
    return this.arena.i32[segmentOf(address)][wordOffset(address)] >>> 8
  }

  setAccessClock(address: number, clock: number): void {
    const words = this.arena.i32[segmentOf(address)]
    const word = wordOffset(address)
    words[word] = (words[word] & 0xff) | (clock << 8)
  }

  /** Notes an access for LRU or LFU. */
  touch(address: number): void {
    const words = this.arena.i32[segmentOf(address)]
    const word = wordOffset(address)
    words[word] = (words[word] & 0xff) | (this.owner.touched(words[word] >>> 8) << 8)
  }

  /** The value as an object; the entry's encoding is OBJECT. */
  object(address: number): ValueObject {
    this.locateValue(address)
    return this.objectTable.items[this.handle()] as ValueObject
  }

  /** Sets `valueBuf`, `valueStart` and `valueLength` to the bytes of an inline value or a large string. */
  value(address: number): void {
    this.locateValue(address)
    if (this.encoding(address) !== ENCODING_OBJECT) return
    const object = this.objectTable.items[this.handle()]
    if (!(object instanceof LargeString)) throw new Error('value: the object is not a string')
    this.valueBuf = object.bytes
    this.valueStart = 0
    this.valueLength = object.length
  }

  protected locateValue(address: number): void {
    const bytes = this.arena.u8[segmentOf(address)]
    const offset = byteOffset(address)
    const flags = bytes[offset]
    this.valueBuf = bytes
    if ((flags & FLAG_LONG) === 0) {
      const at = offset + ((flags & FLAG_TTL) === 0 ? 4 : 18)
      this.valueStart = at + 2 + bytes[at]
      this.valueLength = bytes[at + 1]
      return
    }
    const words = this.arena.i32[segmentOf(address)]
    const word = wordOffset(address) + ((flags & FLAG_TTL) === 0 ? 1 : 5)
    const keyLength = words[word]
    this.valueStart = ((word + 2) << 2) + ((keyLength & KEY_EXTERNAL) === 0 ? keyLength : HANDLE_BYTES)
    this.valueLength = words[word + 1]
  }

  protected handle(): number {
    const { valueBuf: b, valueStart: at } = this
    return b[at] | (b[at + 1] << 8) | (b[at + 2] << 16) | (b[at + 3] << 24)
  }

  /** Handle of a LONG entry's external key, or -1 for a key in the entry. */
  protected keyHandle(address: number, flags: number): number {
    const words = this.arena.i32[segmentOf(address)]
    const word = wordOffset(address) + ((flags & FLAG_TTL) === 0 ? 1 : 5)
    return (words[word] & KEY_EXTERNAL) === 0 ? -1 : words[word + 2]
  }

  /** Byte offset of the key, or of its handle, in its segment. */
  protected keyStart(address: number, flags: number): number {
    return byteOffset(address) + headerBytes(flags)
  }

  /** Bytes of one entry with everything that hangs on it: block, table slot, object and a key outside the block. */
  entryBytes(address: number): number {
    let bytes = this.arena.capacity(address) + TABLE_BYTES_PER_KEY
    const flags = this.flags(address)
    if ((flags & FLAG_LONG) !== 0 && this.keyHandle(address, flags) >= 0) bytes += this.keyBytes(address).length
    if (this.encoding(address) === ENCODING_OBJECT) {
      const { externalBytes, arenaBytes = 0 } = this.object(address)
      bytes += externalBytes + arenaBytes
    }
    return bytes
  }
}

const NO_BYTES = new Uint8Array(0)
