/**
 * Hash value: the hash behind a key, whichever of its two forms it has now, for one command.
 *
 *     packed    a listpack in the entry: field, value, field, value ...
 *     large     a HashObject (types/hash-object.ts)
 *
 * A hash becomes large when it outgrows Redis's limits or PACKED_BYTES_MAX, and stays so. It is good from the look-up
 * of its key until something else changes the database, or an event is sent: make it, use it, let it go.
 */

import {
  element,
  encoded,
  findElement,
  firstElement,
  listpackCount,
  nextElement,
  readElement,
} from '../structures/listpack.ts'
import { HashObject } from '../types/hash-object.ts'
import { type Database, KEEP_EXPIRY } from './database.ts'
import { ENCODING_OBJECT, TYPE_HASH } from './entry.ts'
import { PACKED_BYTES_MAX, putListpack, spliceListpack } from './packed-value.ts'

export class HashValue {
  readonly #db: Database
  readonly #key: Uint8Array
  readonly #keyStart: number
  readonly #keyLength: number
  #address: number
  #object: HashObject | undefined

  /** Bytes of the value that was found last; valid until the next change. */
  valueBuf: Uint8Array = NO_BYTES
  valueStart = 0
  valueLength = 0

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
      address !== 0 && db.encoding(address) === ENCODING_OBJECT ? (db.object(address) as HashObject) : undefined
  }

  get size(): number {
    if (this.#object !== undefined) return this.#object.size
    if (this.#address === 0) return 0
    this.#db.value(this.#address)
    return listpackCount(this.#db.valueBuf, this.#db.valueStart) >> 1
  }

  /** Whether the field is there; then `valueBuf`, `valueStart` and `valueLength` are its value's. */
  find(field: Uint8Array, start: number, length: number): boolean {
    if (this.#object !== undefined) {
      const address = this.#object.find(field, start, length)
      if (address === 0) return false
      this.#object.locate(address)
      this.#found(this.#object.fieldBuf, this.#object.valueStart, this.#object.valueLength)
      return true
    }
    const pos = this.#findPacked(field, start, length)
    if (pos < 0) return false
    readElement(this.#db.valueBuf, nextElement(this.#db.valueBuf, pos))
    this.#found(element.buf, element.start, element.length)
    return true
  }

  #found(buf: Uint8Array, start: number, length: number): void {
    this.valueBuf = buf
    this.valueStart = start
    this.valueLength = length
  }

  /** Position of a field in the listpack, or -1; leaves the field in `encoded`. */
  #findPacked(field: Uint8Array, start: number, length: number): number {
    if (this.#address === 0) return -1
    const db = this.#db
    db.value(this.#address)
    encoded.clear()
    encoded.add(field, start, length)
    const end = db.valueStart + db.valueLength - 1
    return findElement(db.valueBuf, firstElement(db.valueStart), end, 2, encoded.buf, encoded.length)
  }

  /** Gives a field a value; neither may lie in the database's arena. @returns whether the field is new */
  set(
    field: Uint8Array,
    fieldStart: number,
    fieldLength: number,
    value: Uint8Array,
    valueStart: number,
    valueLength: number,
  ): boolean {
    const { limits } = this.#db.owner
    const long = fieldLength > limits.hashValueBytes || valueLength > limits.hashValueBytes
    if (this.#object === undefined) {
      if (!long) {
        const isNew = this.#setPacked(field, fieldStart, fieldLength, value, valueStart, valueLength)
        if (isNew !== undefined) return isNew
      }
      this.#enlarge()
    }
    const object = this.#object as HashObject
    const before = object.externalBytes
    const isNew = object.set(field, fieldStart, fieldLength, value, valueStart, valueLength)
    if (long || object.size > limits.hashEntries) object.isNominallyPacked = false
    this.#db.accountObject(object, before)
    return isNew
  }

  /** @returns undefined, with nothing changed, when the listpack would grow too large */
  #setPacked(
    field: Uint8Array,
    fieldStart: number,
    fieldLength: number,
    value: Uint8Array,
    valueStart: number,
    valueLength: number,
  ): boolean | undefined {
    const db = this.#db
    const { hashEntries } = db.owner.limits
    if (this.#address === 0) {
      if (hashEntries === 0) return undefined
      encoded.clear()
      encoded.add(field, fieldStart, fieldLength)
      encoded.add(value, valueStart, valueLength)
      if (encoded.length > PACKED_BYTES_MAX) return undefined
      this.#address = putListpack(db, 0, TYPE_HASH, this.#key, this.#keyStart, this.#keyLength, encoded)
      return true
    }
    const pos = this.#findPacked(field, fieldStart, fieldLength)
    if (pos < 0) {
      const size = listpackCount(db.valueBuf, db.valueStart) >> 1
      encoded.add(value, valueStart, valueLength)
      if (size >= hashEntries || db.valueLength + encoded.length > PACKED_BYTES_MAX) return undefined
      this.#splice(db.valueLength - 1, 0, 0)
      return true
    }
    const at = nextElement(db.valueBuf, pos)
    const removed = nextElement(db.valueBuf, at) - at
    encoded.clear()
    encoded.add(value, valueStart, valueLength)
    if (db.valueLength - removed + encoded.length > PACKED_BYTES_MAX) return undefined
    this.#splice(at - db.valueStart, removed, 1)
    return false
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
      encoded,
    )
  }

  /** Makes the packed hash a large one. */
  #enlarge(): void {
    const db = this.#db
    const object = new HashObject(db.arena, db.owner, true)
    this.forEach((fieldBuf, fieldStart, fieldLength, buf, start, length) => {
      object.set(fieldBuf, fieldStart, fieldLength, buf, start, length)
    })
    const address = this.#address
    this.#address = db.putObject(address, this.#key, this.#keyStart, this.#keyLength, TYPE_HASH, object, KEEP_EXPIRY)
    this.#object = object
  }

  /** @returns whether the field was there. When it was the last one, the caller deletes the key. */
  delete(field: Uint8Array, start: number, length: number): boolean {
    if (this.#object !== undefined) {
      const before = this.#object.externalBytes
      const deleted = this.#object.delete(field, start, length)
      this.#db.accountObject(this.#object, before)
      return deleted
    }
    const pos = this.#findPacked(field, start, length)
    if (pos < 0) return false
    const { valueBuf, valueStart } = this.#db
    encoded.clear()
    this.#splice(pos - valueStart, nextElement(valueBuf, nextElement(valueBuf, pos)) - pos, 2)
    return true
  }

  /** Visits every field and its value, in the order of the listpack or of the table. It may not change meanwhile. */
  forEach(visit: VisitField): void {
    const object = this.#object
    if (object !== undefined) {
      return object.forEach((address) => {
        object.locate(address)
        const { fieldBuf, fieldStart, fieldLength, valueStart, valueLength } = object
        visit(fieldBuf, fieldStart, fieldLength, fieldBuf, valueStart, valueLength)
      })
    }
    if (this.#address === 0) return
    const db = this.#db
    db.value(this.#address)
    const { valueBuf } = db
    const end = db.valueStart + db.valueLength - 1
    for (let pos = firstElement(db.valueStart); pos < end; ) {
      readElement(valueBuf, pos)
      // The text of a number is overwritten when the next one is read.
      const isText = element.buf === valueBuf
      const field = isText ? valueBuf : element.buf.slice(0, element.length)
      const { start, length } = element
      pos = nextElement(valueBuf, pos)
      readElement(valueBuf, pos)
      visit(field, start, length, element.buf, element.start, element.length)
      pos = nextElement(valueBuf, pos)
    }
  }
}

export type VisitField = (
  fieldBuf: Uint8Array,
  fieldStart: number,
  fieldLength: number,
  valueBuf: Uint8Array,
  valueStart: number,
  valueLength: number,
) => void

const NO_BYTES = new Uint8Array(0)
