/**
 * Database: the entries of one numbered database, their expiry times and the objects they refer to.
 *
 *     key bytes --hash--> KeyTable --address--> Arena: entry --handle--> objects[]
 *                                       ^                |
 *                                       +-- TimerWheel --+   entries with a time to live are threaded through the wheel
 *
 * It knows types only as three bits of an entry's flags. It runs no commands and sends no events; it tells
 * `KeyspaceOwner`.
 *
 * Use: `find` or `lookup` first, then at most one of `put`, `resize`, `setExpiry`, `removeFound` for the key just
 * found: they rely on where the last search ended. Views and addresses are valid until the next change.
 *
 * Each database has an arena of its own, so FLUSHDB throws it away whole, in constant time.
 */

import { copyBytes } from '@kvasir/protocol'
import { Arena, KIND_ENTRY } from '../structures/arena.ts'
import { setTime, TIME_MAX_MS, TimerWheel, timeOf } from '../structures/timer-wheel.ts'
import { LargeString, type ValueObject } from '../types/value-object.ts'
import { Defragmenter } from './defragmenter.ts'
import {
  byteOffset,
  ENCODING_MASK,
  ENCODING_OBJECT,
  ENCODING_SHIFT,
  FLAG_LONG,
  FLAG_TTL,
  HANDLE_BYTES,
  headerBytes,
  INLINE_BYTES_MAX,
  isExternalKey,
  isInlineString,
  KEY_EXTERNAL,
  KIND_MASK,
  KIND_STRING_RAW,
  SHORT_BYTES_MAX,
  segmentOf,
  TYPE_MASK,
  TYPE_STRING,
  wordOffset,
} from './entry.ts'
import { EntryStore, NO_EXPIRY } from './entry-store.ts'
import { KeyTable } from './key-table.ts'
import type { KeyspaceOwner } from './keyspace-owner.ts'
import type { LooseValue } from './loose-value.ts'

export { NO_EXPIRY }
/** In `put`: the time to live that the entry has already. */
export const KEEP_EXPIRY = -2

export class Database extends EntryStore {
  /** The number clients SELECT; SWAPDB changes it. */
  index: number
  readonly defragmenter = new Defragmenter(this)
  #hash = 0

  constructor(index: number, owner: KeyspaceOwner) {
    super(owner)
    this.index = index
    this.#start()
  }

  #start(): void {
    this.forgetValues()
    this.arena = new Arena()
    this.table = new KeyTable(this.arena, this.owner.seedLow, this.owner.seedHigh, this.objectTable.items)
    this.wheel = new TimerWheel(this.arena, this.owner.nowMs)
  }

  get size(): number {
    return this.table.size
  }

  /** Memory of keys, values and tables, bytes. */
  get usedBytes(): number {
    return this.arena.usedBytes + this.objectTable.bytes
  }

  /** Bytes held by objects outside the arena. */
  get objectBytes(): number {
    return this.objectTable.bytes
  }

  /** Removes every key. Objects that hold blocks of the arena are not told: their blocks go with it. */
  clear(): void {
    if (this.table.snapshotActive) this.table.abortSnapshot()
    const { items } = this.objectTable
    this.owner.discard(this.arena)
    this.#start()
    for (const object of items) {
      if (object !== undefined && !(object instanceof Uint8Array) && object.arena === undefined) this.#free(object)
    }
  }

  // --- finding
  // ---------------------------------------------------------------------------------------------------------

  /** The key's entry, expired or not; 0 when there is none. */
  find(buf: Uint8Array, start: number, length: number): number {
    return this.findHashed(this.table.hash(buf, start, length), buf, start, length)
  }

  /** As `find`, with the key's hash known already. */
  findHashed(hash: number, buf: Uint8Array, start: number, length: number): number {
    this.#hash = hash
    return this.table.find(hash, buf, start, length)
  }

  /** The key's entry for reading; an expired one is deleted and counts as missing. Does not touch the access clock. */
  lookup(buf: Uint8Array, start: number, length: number): number {
    return this.lookupHashed(this.table.hash(buf, start, length), buf, start, length)
  }

  lookupHashed(hash: number, buf: Uint8Array, start: number, length: number): number {
    const address = this.findHashed(hash, buf, start, length)
    if (address === 0 || (this.arena.u8[segmentOf(address)][byteOffset(address)] & FLAG_TTL) === 0) return address
    return this.#unlessExpired(address)
  }

  /** As `lookup`, ahead of a change: a running snapshot gets the key's bucket first. */
  lookupWrite(buf: Uint8Array, start: number, length: number): number {
    return this.lookupWriteHashed(this.table.hash(buf, start, length), buf, start, length)
  }

  lookupWriteHashed(hash: number, buf: Uint8Array, start: number, length: number): number {
    const address = this.lookupHashed(hash, buf, start, length) || this.#lookupKept(hash, buf, start, length)
    if (this.table.snapshotActive) this.#beforeChange(buf, start, length, address)
    return address
  }

  /** A key that stayed although its time is over makes way. @returns 0, unless a listener makes it anew */
  #lookupKept(hash: number, buf: Uint8Array, start: number, length: number): number {
    if (this.owner.canDeleteExpired) return 0
    const address = this.findHashed(hash, buf, start, length)
    return address === 0 ? 0 : this.#deleteExpired(address)
  }

  #beforeChange(buf: Uint8Array, start: number, length: number, address: number): void {
    this.table.beforeChange(this.#hash)
    if (address !== 0) this.find(buf, start, length)
  }

  #unlessExpired(address: number): number {
    const words = this.arena.i32[segmentOf(address)]
    if (timeOf(words, wordOffset(address)) > this.owner.nowMs) return address
    if (this.owner.seesExpired) return address
    return this.owner.canDeleteExpired ? this.#deleteExpired(address) : 0
  }

  /** @returns the key's entry now: whoever heard of it may have looked other keys up, or made this one anew */
  #deleteExpired(address: number): number {
    const key = this.table.keyBytes(address).slice()
    const hash = this.#hash
    this.removeFound(address)
    this.owner.onExpire(this, key)
    return this.findHashed(hash, key, 0, key.length)
  }

  /**
   * Deletes keys whose time is over, at most `stepsMax` at a time. @returns steps taken; fewer than asked means done
   */
  expireDue(stepsMax: number): number {
    const { wheel } = this
    return wheel.advance(this.owner.nowMs, stepsMax, (address) => {
      // Whoever heard of the last one may have flushed the database.
      if (wheel !== this.wheel) return wheel.remove(address)
      const key = this.table.keyBytes(address).slice()
      if (this.find(key, 0, key.length) !== address) throw new Error('expiry index and table disagree')
      this.removeFound(address)
      this.owner.onExpire(this, key)
    })
  }

  // --- changing an entry
  // -----------------------------------------------------------------------------------------------

  /**
   * Gives the key that was just looked up an inline value of `valueLength` bytes, which the caller then writes at
   * `valueStart` of `valueBuf`. What the key held before is freed first.
   * @param address what the look-up returned; 0 creates the key
   * @param key bytes outside this database's arena
   * @param kind type and encoding, as in the flags
   * @param expiryMs a time, NO_EXPIRY or KEEP_EXPIRY
   * @returns the entry's address
   */
  put(
    address: number,
    key: Uint8Array,
    keyStart: number,
    keyLength: number,
    kind: number,
    valueLength: number,
    expiryMs: number,
  ): number {
    let expiry = expiryMs
    let old = 0
    if (address !== 0) {
      old = this.flags(address)
      if (expiry === KEEP_EXPIRY) expiry = this.expiryMs(address)
    } else if (expiry === KEEP_EXPIRY) expiry = NO_EXPIRY
    const long = keyLength > SHORT_BYTES_MAX || valueLength > SHORT_BYTES_MAX
    const flags = kind | (expiry === NO_EXPIRY ? 0 : FLAG_TTL) | (long ? FLAG_LONG : 0)
    const external = long && isExternalKey(keyLength, valueLength)
    if (external && valueLength > INLINE_BYTES_MAX) throw new RangeError('the value does not fit into an entry')
    const bytes = headerBytes(flags) + (external ? HANDLE_BYTES : keyLength) + valueLength
    if (address !== 0 && ((old ^ flags) & (FLAG_TTL | FLAG_LONG)) === 0) {
      const capacity = this.arena.capacity(address)
      if (Arena.classBytes(bytes) === capacity && (!long || external === this.keyHandle(address, old) >= 0)) {
        this.#releaseObject(address, old)
        // Times are doubles: handing one to a function boxes it, so that only keys with a time pay for that.
        if (expiry !== NO_EXPIRY) this.#retime(address, expiry)
        this.#rewrite(address, flags, valueLength)
        return address
      }
    }
    const to = this.arena.alloc(bytes, KIND_ENTRY)
    const words = this.arena.i32[segmentOf(to)]
    const word = wordOffset(to)
    const clock = address === 0 ? this.owner.accessClock : this.accessClock(address)
    words[word] = flags | (clock << 8)
    if (expiry !== NO_EXPIRY) setTime(words, word, expiry)
    if (address !== 0) {
      this.table.replaceFound(to)
      this.#freeEntry(address, old)
    }
    this.#writeKey(to, flags, key, keyStart, keyLength, external, valueLength)
    if (address === 0) {
      this.#insert(to, flags)
      // A region that grows hands its keys over first, and whoever takes them reads their values.
      if (this.table.snapshotActive) this.locateValue(to)
    }
    if (expiry !== NO_EXPIRY) this.wheel.add(to)
    return to
  }

  /** Puts a new entry into the table. One that finds no place there, because memory is out, is freed. */
  #insert(to: number, flags: number): void {
    try {
      this.table.insert(this.#hash, to)
    } catch (error) {
      this.#freeEntry(to, flags & ~(FLAG_TTL | (ENCODING_MASK << ENCODING_SHIFT)))
      throw error
    }
  }

  /** A new time for an entry that has one. */
  #retime(address: number, expiryMs: number): void {
    const words = this.arena.i32[segmentOf(address)]
    const word = wordOffset(address)
    if (timeOf(words, word) === expiryMs) return
    this.wheel.remove(address)
    setTime(words, word, expiryMs)
    this.wheel.add(address)
  }

  /** Same block, same header: new flags and length. */
  #rewrite(address: number, flags: number, valueLength: number): void {
    const words = this.arena.i32[segmentOf(address)]
    const word = wordOffset(address)
    words[word] = (words[word] & ~0xff) | flags
    this.#setValueLength(address, flags, valueLength)
    this.locateValue(address)
  }

  #setValueLength(address: number, flags: number, valueLength: number): void {
    if ((flags & FLAG_LONG) === 0) {
      const at = byteOffset(address) + ((flags & FLAG_TTL) === 0 ? 5 : 19)
      this.arena.u8[segmentOf(address)][at] = valueLength
    } else {
      const word = wordOffset(address) + ((flags & FLAG_TTL) === 0 ? 2 : 6)
      this.arena.i32[segmentOf(address)][word] = valueLength
    }
  }

  /** Writes lengths and key of a new block. */
  #writeKey(
    to: number,
    flags: number,
    key: Uint8Array,
    keyStart: number,
    keyLength: number,
    external: boolean,
    valueLength: number,
  ): void {
    const bytes = this.arena.u8[segmentOf(to)]
    let at: number
    if ((flags & FLAG_LONG) === 0) {
      at = byteOffset(to) + ((flags & FLAG_TTL) === 0 ? 4 : 18)
      bytes[at] = keyLength
      bytes[at + 1] = valueLength
      at += 2
    } else {
      const words = this.arena.i32[segmentOf(to)]
      const word = wordOffset(to) + ((flags & FLAG_TTL) === 0 ? 1 : 5)
      words[word + 1] = valueLength
      at = (word + 2) << 2
      if (external) {
        words[word] = keyLength | KEY_EXTERNAL
        words[word + 2] = this.objectTable.add(key.slice(keyStart, keyStart + keyLength))
        at += HANDLE_BYTES
        this.valueBuf = bytes
        this.valueStart = at
        this.valueLength = valueLength
        return
      }
      words[word] = keyLength
    }
    copyBytes(key, keyStart, keyLength, bytes, at)
    this.valueBuf = bytes
    this.valueStart = at + keyLength
    this.valueLength = valueLength
  }

  /** As `put`, with an object for a value. */
  putObject(
    address: number,
    key: Uint8Array,
    keyStart: number,
    keyLength: number,
    type: number,
    object: ValueObject,
    expiryMs: number,
  ): number {
    const kind = type | (ENCODING_OBJECT << ENCODING_SHIFT)
    const to = this.put(address, key, keyStart, keyLength, kind, HANDLE_BYTES, expiryMs)
    const handle = this.objectTable.add(object, this.#hash)
    const { valueBuf, valueStart } = this
    valueBuf[valueStart] = handle
    valueBuf[valueStart + 1] = handle >>> 8
    valueBuf[valueStart + 2] = handle >>> 16
    valueBuf[valueStart + 3] = handle >>> 24
    return to
  }

  /** Gives a key a string value, inline or in a buffer of its own. The bytes may not lie in this database's arena. */
  putString(
    address: number,
    key: Uint8Array,
    keyStart: number,
    keyLength: number,
    value: Uint8Array,
    valueStart: number,
    valueLength: number,
    expiryMs: number,
  ): number {
    if (!isInlineString(keyLength, valueLength)) {
      const object = new LargeString(value.slice(valueStart, valueStart + valueLength))
      return this.putObject(address, key, keyStart, keyLength, TYPE_STRING, object, expiryMs)
    }
    const to = this.put(address, key, keyStart, keyLength, TYPE_STRING, valueLength, expiryMs)
    copyBytes(value, valueStart, valueLength, this.valueBuf, this.valueStart)
    return to
  }

  /**
   * Makes the string that was just looked up `length` bytes long, keeping what fits and adding zero bytes, and marks it
   * as changed in place. Afterwards `valueBuf` and `valueStart` say where it is.
   * @param address what the look-up returned; 0 creates the key
   * @returns the entry's address
   */
  resizeString(address: number, key: Uint8Array, keyStart: number, keyLength: number, length: number): number {
    if (address !== 0 && this.encoding(address) === ENCODING_OBJECT) {
      const object = this.object(address) as LargeString
      const before = object.externalBytes
      object.resize(length)
      this.accountObject(object, before)
      this.value(address)
      return address
    }
    const kind = KIND_STRING_RAW
    if (isInlineString(keyLength, length)) {
      if (address === 0) {
        const to = this.put(0, key, keyStart, keyLength, kind, length, NO_EXPIRY)
        this.valueBuf.fill(0, this.valueStart, this.valueStart + length)
        return to
      }
      this.locateValue(address)
      const kept = Math.min(this.valueLength, length)
      const to = this.resizeValue(address, kind, key, keyStart, keyLength, length)
      this.valueBuf.fill(0, this.valueStart + kept, this.valueStart + length)
      return to
    }
    if (address !== 0) this.locateValue(address)
    const object = new LargeString(address === 0 ? NO_BYTES : this.#valueCopy())
    object.resize(length)
    const to = this.putObject(address, key, keyStart, keyLength, TYPE_STRING, object, KEEP_EXPIRY)
    this.value(to)
    return to
  }

  /**
   * Makes the inline value that was just looked up `length` bytes long and gives it another kind. As many bytes as fit
   * are kept, what is new holds anything. Afterwards `valueBuf`, `valueStart` and `valueLength` say where it is.
   * @returns the entry's address
   */
  resizeValue(
    address: number,
    kind: number,
    key: Uint8Array,
    keyStart: number,
    keyLength: number,
    length: number,
  ): number {
    const old = this.flags(address)
    const long = keyLength > SHORT_BYTES_MAX || length > SHORT_BYTES_MAX
    const flags = kind | (old & FLAG_TTL) | (long ? FLAG_LONG : 0)
    const external = long && isExternalKey(keyLength, length)
    const bytes = headerBytes(flags) + (external ? HANDLE_BYTES : keyLength) + length
    const sameHeader = ((old ^ flags) & FLAG_LONG) === 0 && (!long || external === this.keyHandle(address, old) >= 0)
    if (sameHeader && Arena.classBytes(bytes) === this.arena.capacity(address)) {
      this.#rewrite(address, flags, length)
      return address
    }
    this.locateValue(address)
    const { valueBuf: from, valueStart: fromStart } = this
    const kept = Math.min(this.valueLength, length)
    const to = this.arena.alloc(bytes, KIND_ENTRY)
    const words = this.arena.i32[segmentOf(to)]
    words[wordOffset(to)] = flags | (this.accessClock(address) << 8)
    if ((flags & FLAG_TTL) !== 0) setTime(words, wordOffset(to), this.expiryMs(address))
    this.#writeKey(to, flags, key, keyStart, keyLength, external, length)
    copyBytes(from, fromStart, kept, this.valueBuf, this.valueStart)
    this.table.replaceFound(to)
    this.#freeEntry(address, old)
    if ((flags & FLAG_TTL) !== 0) this.wheel.add(to)
    return to
  }

  /** An object's `externalBytes` changed from `before`. */
  accountObject(object: ValueObject, before: number): void {
    this.objectTable.bytes += object.externalBytes - before
  }

  #releaseObject(address: number, flags: number): void {
    if (flags >>> ENCODING_SHIFT !== ENCODING_OBJECT) return
    this.locateValue(address)
    this.#free(this.objectTable.take(this.handle()) as ValueObject)
  }

  #free(object: ValueObject): void {
    try {
      this.owner.free(object)
    } catch (error) {
      this.owner.freeFailed(error)
    }
  }

  /** Sets or removes (NO_EXPIRY) the time of the key that was just looked up. @returns the entry's address */
  setExpiry(address: number, expiryMs: number): number {
    const flags = this.flags(address)
    const expiry = expiryMs === NO_EXPIRY ? NO_EXPIRY : Math.max(0, Math.min(expiryMs, TIME_MAX_MS))
    const words = this.arena.i32[segmentOf(address)]
    const word = wordOffset(address)
    if ((flags & FLAG_TTL) !== 0 && expiry !== NO_EXPIRY) {
      this.#retime(address, expiry)
      return address
    }
    if ((flags & FLAG_TTL) === 0 && expiry === NO_EXPIRY) return address
    this.locateValue(address)
    const body = this.valueStart + this.valueLength - this.keyStart(address, flags)
    const from = this.keyStart(address, flags)
    const next = flags ^ FLAG_TTL
    const to = this.arena.alloc(headerBytes(next) + body, KIND_ENTRY)
    const target = this.arena.u8[segmentOf(to)]
    const targetWords = this.arena.i32[segmentOf(to)]
    const targetWord = wordOffset(to)
    targetWords[targetWord] = (words[word] & ~0xff) | next
    if (expiry !== NO_EXPIRY) setTime(targetWords, targetWord, expiry)
    if ((flags & FLAG_LONG) === 0) {
      const at = this.keyStart(to, next)
      target[at - 2] = this.arena.u8[segmentOf(address)][from - 2]
      target[at - 1] = this.arena.u8[segmentOf(address)][from - 1]
    } else {
      targetWords[targetWord + (expiry === NO_EXPIRY ? 1 : 5)] = words[word + (expiry === NO_EXPIRY ? 5 : 1)]
      targetWords[targetWord + (expiry === NO_EXPIRY ? 2 : 6)] = words[word + (expiry === NO_EXPIRY ? 6 : 2)]
    }
    target.set(this.arena.u8[segmentOf(address)].subarray(from, from + body), this.keyStart(to, next))
    if ((flags & FLAG_TTL) !== 0) this.wheel.remove(address)
    this.arena.free(address)
    this.table.replaceFound(to)
    if (expiry !== NO_EXPIRY) this.wheel.add(to)
    return to
  }

  /** Deletes the key that was just found. */
  removeFound(address: number): void {
    const flags = this.flags(address)
    this.table.removeFound(this.#hash)
    this.#freeEntry(address, flags)
  }

  #freeEntry(address: number, flags: number): void {
    if ((flags & FLAG_TTL) !== 0) this.wheel.remove(address)
    this.#releaseObject(address, flags)
    const keyHandle = (flags & FLAG_LONG) === 0 ? -1 : this.keyHandle(address, flags)
    if (keyHandle >= 0) this.objectTable.take(keyHandle)
    this.arena.free(address)
  }

  /** Deletes a key by its entry, wherever the last search ended. */
  remove(address: number): void {
    const key = this.keyBytes(address)
    if (this.find(key, 0, key.length) !== address) throw new Error('remove: no such entry')
    this.removeFound(address)
  }

  // --- values on their way
  // ---------------------------------------------------------------------------------------------

  /**
   * Deletes the key that was just found and keeps its value, for `putValue`: RENAME and MOVE without copying objects.
   */
  takeFound(address: number): LooseValue {
    const flags = this.flags(address)
    const expiryMs = this.expiryMs(address)
    this.table.removeFound(this.#hash)
    this.locateValue(address)
    const isObject = flags >>> ENCODING_SHIFT === ENCODING_OBJECT
    const content = isObject ? (this.objectTable.take(this.handle()) as ValueObject) : this.#valueCopy()
    // The entry goes as one that holds bytes, so that the object is not freed.
    this.#freeEntry(address, flags & ~(ENCODING_MASK << ENCODING_SHIFT))
    return { kind: flags & KIND_MASK, content, expiryMs }
  }

  /** A copy of an entry's value that shares nothing with it. @param target the database that it is going to */
  copyValue(address: number, target: Database): LooseValue {
    const flags = this.flags(address)
    this.locateValue(address)
    const isObject = flags >>> ENCODING_SHIFT === ENCODING_OBJECT
    const content = isObject ? this.object(address).copy(target.arena) : this.#valueCopy()
    return { kind: flags & KIND_MASK, content, expiryMs: this.expiryMs(address) }
  }

  #valueCopy(): Uint8Array {
    return this.valueBuf.slice(this.valueStart, this.valueStart + this.valueLength)
  }

  /** Gives the key that was just looked up a value that was taken or copied elsewhere, with its time to live. */
  putValue(address: number, key: Uint8Array, keyStart: number, keyLength: number, value: LooseValue): number {
    const { kind, content, expiryMs } = value
    const type = kind & TYPE_MASK
    if (content instanceof Uint8Array) {
      if (type !== TYPE_STRING || isInlineString(keyLength, content.length)) {
        const to = this.put(address, key, keyStart, keyLength, kind, content.length, expiryMs)
        this.valueBuf.set(content, this.valueStart)
        return to
      }
      return this.putObject(address, key, keyStart, keyLength, type, new LargeString(content), expiryMs)
    }
    if (content.arena === undefined || content.arena === this.arena) {
      return this.putObject(address, key, keyStart, keyLength, type, content, expiryMs)
    }
    // Its blocks are another database's.
    const to = this.putObject(address, key, keyStart, keyLength, type, content.copy(this.arena), expiryMs)
    this.#free(content)
    return to
  }
}

const NO_BYTES = new Uint8Array(0)
