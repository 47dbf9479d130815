/**
 * List value: the list behind a key, whichever of its two forms it has now, for one command.
 *
 *     packed    a listpack in the entry
 *     large     a ListObject (types/list-object.ts)
 *
 * What Redis calls it is followed apart from that: a list is a listpack until it would outgrow one node, as `grow`
 * finds ahead of an addition, and again when it has only one node and that is half empty, as `shrink` finds after a
 * removal.
 * A list is large when Redis calls it a quicklist, and when it is longer than PACKED_BYTES_MAX.
 *
 * It is good from the look-up of its key until something else changes the database, or an event is sent. What is read
 * is left in element.ts's `element`, valid until the next reading or change.
 */

import { element, encoded, isElementEqual, readElement } from '../structures/element.ts'
import { removal } from '../structures/element-run.ts'
import {
  decodeListpack,
  encodedListpack,
  firstInListpack,
  LISTPACK_EMPTY_BYTES,
  LISTPACK_HEADER_BYTES,
  listpackCount,
  nextInListpack,
  setListpackHeader,
} from '../structures/listpack.ts'
import { positionInRun, previousInRun, removeEqual } from '../structures/listpack-run.ts'
import { Needle, TOO_LONG } from '../structures/needle.ts'
import { areNodesNominal, exceedsListpack, isListpackAgain } from '../types/list-limits.ts'
import { ListObject, type VisitElement } from '../types/list-object.ts'
import { type Database, KEEP_EXPIRY } from './database.ts'
import { ENCODING_OBJECT, TYPE_LIST } from './entry.ts'
import { PACKED_BYTES_MAX, putListpack, spliceListpack, splicePacked } from './packed-value.ts'

export class ListValue {
  readonly #db: Database
  readonly #key: Uint8Array
  readonly #keyStart: number
  readonly #keyLength: number
  #address: number
  #object: ListObject | undefined

  /**
   * @param address the key's entry, just looked up; 0 for a key that is to be created
   * @param key in a buffer outside the database's arena
   */
  constructor(db: Database, address: number, key: Uint8Array, keyStart: number, keyLength: number) {
    this.#db = db
    this.#address = address
    this.#key = key
    this.#keyStart = keyStart
    this.#keyLength = keyLength
    this.#object =
      address !== 0 && db.encoding(address) === ENCODING_OBJECT ? (db.object(address) as ListObject) : undefined
  }

  get length(): number {
    if (this.#object !== undefined) return this.#object.length
    if (this.#address === 0) return 0
    this.#db.value(this.#address)
    return listpackCount(this.#db.valueBuf, this.#db.valueStart)
  }

  // --- reading

  /** Lets `element` be the one with this index, 0 to `length` - 1. */
  read(index: number): void {
    if (this.#object !== undefined) return this.#object.read(index)
    readElement(this.#db.valueBuf, this.#locate(index))
  }

  /** Position of an element of the listpack, or of its end. */
  #locate(index: number): number {
    const db = this.#db
    db.value(this.#address)
    const { valueBuf, valueStart, valueLength } = db
    const end = valueStart + valueLength - 1
    return positionInRun(valueBuf, firstInListpack(valueStart), end, listpackCount(valueBuf, valueStart), index)
  }

  /** Visits `count` elements from an index on, which must be there. The list may not change meanwhile. */
  forRange(index: number, count: number, visit: VisitElement): void {
    if (this.#object !== undefined) return this.#object.forRange(index, count, visit)
    if (count <= 0) return
    let pos = this.#locate(index)
    const { valueBuf } = this.#db
    for (let i = 0; i < count; i++) {
      readElement(valueBuf, pos)
      visit(element.buf, element.start, element.length)
      pos = nextInListpack(valueBuf, pos)
    }
  }

  /** As `forRange`, from an index towards the head. */
  forRangeBackwards(index: number, count: number, visit: VisitElement): void {
    if (this.#object !== undefined) return this.#object.forRangeBackwards(index, count, visit)
    if (count <= 0) return
    let pos = this.#locate(index)
    const { valueBuf, valueStart } = this.#db
    for (let i = 0; i < count; i++) {
      readElement(valueBuf, pos)
      visit(element.buf, element.start, element.length)
      pos = previousInRun(valueBuf, firstInListpack(valueStart), pos)
    }
  }

  /**
   * Visits the indexes of the elements equal to `value`, from `index` on in steps of 1 or -1, at most `count` elements
   * looked at, until `visit` answers false.
   */
  forEachEqual(
    value: Uint8Array,
    valueStart: number,
    valueLength: number,
    index: number,
    step: 1 | -1,
    count: number,
    visit: (index: number) => boolean,
  ): void {
    const object = this.#object
    if (object !== undefined) {
      return object.forEachEqual(value, valueStart, valueLength, index, step, count, visit)
    }
    const needle = new Needle(value, valueStart, valueLength)
    if (needle.bytes === TOO_LONG || count <= 0) return
    let pos = this.#locate(index)
    const { valueBuf, valueStart: start } = this.#db
    for (let i = 0; i < count; i++) {
      if (isElementEqual(valueBuf, pos, needle.buf, needle.bytes) && !visit(index + step * i)) return
      pos = step === 1 ? nextInListpack(valueBuf, pos) : previousInRun(valueBuf, firstInListpack(start), pos)
    }
  }

  // --- growing; what is put in may not lie in the database's arena

  /** To be called ahead of adding elements, `bytes` in all: finds out whether Redis calls the list a quicklist now. */
  grow(bytes: number, count: number): void {
    const object = this.#object
    const { limits } = this.#db.owner
    if (object !== undefined) {
      if (!object.isNominallyPacked) return
      const size = object.elementBytes + LISTPACK_EMPTY_BYTES + bytes
      if (exceedsListpack(limits, size, object.length + count)) object.isNominallyPacked = false
      return
    }
    const length = this.length
    const size = this.#address === 0 ? LISTPACK_EMPTY_BYTES : this.#db.valueLength
    if (exceedsListpack(limits, size + bytes, length + count)) this.#enlarge(false)
  }

  pushHead(buf: Uint8Array, start: number, length: number): void {
    if (this.#object === undefined && !this.#insertPacked(0, buf, start, length)) this.#enlarge(true)
    const object = this.#object
    if (object === undefined) return
    const before = object.externalBytes
    object.pushHead(buf, start, length)
    this.#account(object, before)
  }

  pushTail(buf: Uint8Array, start: number, length: number): void {
    if (this.#object === undefined && !this.#insertPacked(-1, buf, start, length)) this.#enlarge(true)
    const object = this.#object
    if (object === undefined) return
    const before = object.externalBytes
    object.pushTail(buf, start, length)
    this.#account(object, before)
  }

  /** Puts an element ahead of the one with this index; `length` for behind the last one. */
  insert(index: number, buf: Uint8Array, start: number, length: number): void {
    if (this.#object === undefined && !this.#insertPacked(index, buf, start, length)) this.#enlarge(true)
    const object = this.#object
    if (object === undefined) return
    const before = object.externalBytes
    object.insert(index, buf, start, length)
    this.#account(object, before)
  }

  #account(object: ListObject, before: number): void {
    if (object.externalBytes !== before) this.#db.accountObject(object, before)
  }

  /** @param index -1 for the tail @returns false, with nothing changed, when the listpack would grow too large */
  #insertPacked(index: number, buf: Uint8Array, start: number, length: number): boolean {
    const db = this.#db
    if (length >= PACKED_BYTES_MAX) return false
    encodedListpack.clear()
    encodedListpack.add(buf, start, length)
    if (this.#address === 0) {
      if (encodedListpack.length + LISTPACK_EMPTY_BYTES > PACKED_BYTES_MAX) return false
      this.#address = putListpack(db, 0, TYPE_LIST, this.#key, this.#keyStart, this.#keyLength, encodedListpack)
      return true
    }
    db.value(this.#address)
    if (db.valueLength + encodedListpack.length > PACKED_BYTES_MAX) return false
    const at =
      index < 0 ? db.valueLength - 1 : index === 0 ? LISTPACK_HEADER_BYTES : this.#locate(index) - db.valueStart
    this.#splice(at, 0, 0)
    return true
  }

  #splice(at: number, removedBytes: number, removedCount: number): void {
    this.#address = spliceListpack(
      this.#db,
      this.#address,
      this.#key,
      this.#keyStart,
      this.#keyLength,
      at,
      removedBytes,
      removedCount,
      encodedListpack,
    )
  }

  /** Makes the packed list, or the one to be created, a large one. */
  #enlarge(isNominallyPacked: boolean): void {
    const db = this.#db
    const object = new ListObject(db.arena, db.owner.limits, isNominallyPacked)
    const { length } = this
    if (length > 0) {
      encoded.clear()
      decodeListpack(db.valueBuf, db.valueStart, encoded)
      object.appendRun(encoded.buf, 0, encoded.length, length)
    }
    this.#putObject(object)
  }

  #putObject(object: ListObject): void {
    const db = this.#db
    const address = this.#address
    this.#address = db.putObject(address, this.#key, this.#keyStart, this.#keyLength, TYPE_LIST, object, KEEP_EXPIRY)
    if (address === 0) db.find(this.#key, this.#keyStart, this.#keyLength)
    this.#object = object
  }

  /** Gives the element with this index another value. */
  set(index: number, buf: Uint8Array, start: number, length: number): void {
    if (this.#object === undefined && !this.#setPacked(index, buf, start, length)) this.#enlarge(true)
    const object = this.#object
    if (object === undefined) return
    const before = object.externalBytes
    object.set(index, buf, start, length)
    this.#account(object, before)
  }

  #setPacked(index: number, buf: Uint8Array, start: number, length: number): boolean {
    if (length >= PACKED_BYTES_MAX) return false
    const db = this.#db
    const pos = this.#locate(index)
    const removed = nextInListpack(db.valueBuf, pos) - pos
    encodedListpack.clear()
    encodedListpack.add(buf, start, length)
    if (db.valueLength - removed + encodedListpack.length > PACKED_BYTES_MAX) return false
    this.#splice(pos - db.valueStart, removed, 1)
    return true
  }

  // --- shrinking. When the last element is gone, the caller deletes the key; until then the list is empty.

  /** Removes `count` elements from an index on, which must be there. */
  removeRange(index: number, count: number): void {
    if (count <= 0) return
    const object = this.#object
    if (object !== undefined) {
      const before = object.externalBytes
      object.removeRange(index, count)
      return this.#account(object, before)
    }
    const db = this.#db
    const from = this.#locate(index)
    let to = from
    for (let i = 0; i < count; i++) to = nextInListpack(db.valueBuf, to)
    encodedListpack.clear()
    this.#splice(from - db.valueStart, to - from, count)
  }

  /** Removes elements equal to `value`, at most `max`, the first or the last ones. @returns how many */
  removeEqual(value: Uint8Array, valueStart: number, valueLength: number, max: number, fromEnd: boolean): number {
    const object = this.#object
    if (object === undefined) return this.#removeEqualPacked(value, valueStart, valueLength, max, fromEnd)
    const before = object.externalBytes
    const removed = object.removeEqual(value, valueStart, valueLength, max, fromEnd)
    this.#account(object, before)
    return removed
  }

  #removeEqualPacked(
    value: Uint8Array,
    valueStart: number,
    valueLength: number,
    max: number,
    fromEnd: boolean,
  ): number {
    const needle = new Needle(value, valueStart, valueLength)
    if (needle.bytes === TOO_LONG) return 0
    const db = this.#db
    db.value(this.#address)
    const { valueBuf: buf, valueStart: start } = db
    const end = start + db.valueLength - 1
    const to = removeEqual(buf, firstInListpack(start), end, needle.buf, needle.bytes, max, fromEnd)
    if (to === end) return 0
    const left = listpackCount(buf, start) - removal.count
    const at = to - start
    this.#address = splicePacked(db, this.#address, this.#key, this.#keyStart, this.#keyLength, at, end - to, 0)
    setListpackHeader(db.valueBuf, db.valueStart, db.valueLength, left)
    return removal.count
  }

  /** To be called after removing elements, when some are left: a list that has become small is packed again. */
  shrink(): void {
    const object = this.#object
    if (object === undefined) return
    const size = object.elementBytes + LISTPACK_EMPTY_BYTES
    if (!object.isNominallyPacked) {
      const { limits } = this.#db.owner
      if ((object.nodeCount > 1 && areNodesNominal(limits)) || object.hasPlainNodes) return
      if (!isListpackAgain(limits, size, object.length)) return
      object.isNominallyPacked = true
    }
    if (size > PACKED_BYTES_MAX / 2) return
    encodedListpack.clear()
    object.forRange(0, object.length, (buf, start, length) => encodedListpack.add(buf, start, length))
    this.#address = putListpack(
      this.#db,
      this.#address,
      TYPE_LIST,
      this.#key,
      this.#keyStart,
      this.#keyLength,
      encodedListpack,
    )
    this.#object = undefined
  }
}
