/**
 * Hashes in RDB.
 *
 *     4       length, then field and value of each (strings)
 *     9, 13   string: a zipmap, a ziplist
 *     16      string: a listpack, field, value, field, value ...
 */

import { EncodedElements, element, nextElement, readElement } from '../../structures/listpack.ts'
import type { RdbReader } from '../../structures/rdb-reader.ts'
import type { RdbWriter } from '../../structures/rdb-writer.ts'
import { readZiplist } from '../../structures/ziplist.ts'
import { readZipmap } from '../../structures/zipmap.ts'
import { HashObject } from '../../types/hash-object.ts'
import type { Database } from '../database.ts'
import { ENCODING_OBJECT, TYPE_HASH } from '../entry.ts'
import { PACKED_BYTES_MAX } from '../packed-value.ts'
import { ByteScratch } from './byte-scratch.ts'
import { hasDuplicates, listpackBytesOf, listpackOf, readListpack } from './packed-elements.ts'
import { damaged, type RdbOrigin, type RdbValue } from './rdb-value.ts'
import { RDB_HASH, RDB_HASH_LISTPACK, RDB_HASH_ZIPLIST, RDB_HASH_ZIPMAP } from './value-types.ts'

/** The hash of a payload, packed as long as the limits allow. */
class HashBuilder {
  readonly #db: Database
  readonly #packed = new EncodedElements()
  readonly #field = new ByteScratch()
  #object: HashObject | undefined

  constructor(db: Database) {
    this.#db = db
  }

  /** Copies a field, for `add`. */
  takeField(buf: Uint8Array, start: number, length: number): void {
    this.#field.take(buf, start, length)
  }

  /** Adds the field that was taken, with its value. */
  add(value: Uint8Array, start: number, length: number): void {
    const { hashEntries, hashValueBytes } = this.#db.owner.limits
    const { buf: field, length: fieldLength } = this.#field
    const packed = this.#packed
    if (this.#object === undefined) {
      const long = fieldLength > hashValueBytes || length > hashValueBytes
      if (!long && packed.count >> 1 < hashEntries) {
        const before = packed.length
        packed.add(field, 0, fieldLength)
        packed.add(value, start, length)
        if (listpackBytesOf(packed) <= PACKED_BYTES_MAX) return
        packed.length = before
        packed.count -= 2
      }
      // The value may lie where elements are decoded.
      const copy = value.slice(start, start + length)
      const object = this.#enlarge()
      return this.#set(object, field, 0, fieldLength, copy, 0, length)
    }
    this.#set(this.#object, field, 0, fieldLength, value, start, length)
  }

  #set(
    object: HashObject,
    field: Uint8Array,
    fieldStart: number,
    fieldLength: number,
    value: Uint8Array,
    start: number,
    length: number,
  ): void {
    const { hashEntries, hashValueBytes } = this.#db.owner.limits
    if (!object.set(field, fieldStart, fieldLength, value, start, length)) damaged('a hash has a field twice')
    if (fieldLength > hashValueBytes || length > hashValueBytes || object.size > hashEntries) {
      object.isNominallyPacked = false
    }
  }

  #enlarge(): HashObject {
    const object = new HashObject(this.#db.arena, this.#db.owner, true)
    this.#object = object
    const { buf, length } = this.#packed
    const field = new ByteScratch()
    for (let pos = 0; pos < length; pos = nextElement(buf, pos)) {
      readElement(buf, pos)
      field.take(element.buf, element.start, element.length)
      pos = nextElement(buf, pos)
      readElement(buf, pos)
      this.#set(object, field.buf, 0, field.length, element.buf, element.start, element.length)
    }
    this.#packed.clear()
    return object
  }

  /** @returns undefined when there are no fields */
  finish(): RdbValue | undefined {
    if (this.#object !== undefined) return { kind: TYPE_HASH, content: this.#object }
    if (this.#packed.count === 0) return undefined
    if (hasDuplicates(this.#packed, 2)) damaged('a hash has a field twice')
    return { kind: TYPE_HASH, content: listpackOf(this.#packed) }
  }

  discard(): void {
    this.#object?.free()
  }
}

export function readHash(reader: RdbReader, type: number, origin: RdbOrigin): RdbValue | undefined {
  const builder = new HashBuilder(origin.db)
  try {
    if (type === RDB_HASH) readPairs(reader, builder)
    else readPacked(reader, type, builder)
    return builder.finish()
  } catch (error) {
    builder.discard()
    throw error
  }
}

function readPairs(reader: RdbReader, builder: HashBuilder): void {
  for (let left = reader.length(); left > 0; left--) {
    reader.string()
    builder.takeField(reader.stringBuf, reader.stringStart, reader.stringLength)
    reader.string()
    builder.add(reader.stringBuf, reader.stringStart, reader.stringLength)
  }
}

function readPacked(reader: RdbReader, type: number, builder: HashBuilder): void {
  const elements = new EncodedElements()
  if (type === RDB_HASH_LISTPACK) readListpack(reader, elements)
  else {
    reader.string()
    const { stringBuf, stringStart, stringLength } = reader
    const read = type === RDB_HASH_ZIPMAP ? readZipmap : readZiplist
    if (!read(stringBuf, stringStart, stringLength, elements)) damaged('a packed hash is damaged')
  }
  if (elements.count % 2 !== 0) damaged('a hash has a field without a value')
  const { buf, length } = elements
  for (let pos = 0; pos < length; pos = nextElement(buf, pos)) {
    readElement(buf, pos)
    builder.takeField(element.buf, element.start, element.length)
    pos = nextElement(buf, pos)
    readElement(buf, pos)
    builder.add(element.buf, element.start, element.length)
  }
}

export const HASH_TYPES: readonly number[] = [RDB_HASH, RDB_HASH_ZIPMAP, RDB_HASH_ZIPLIST, RDB_HASH_LISTPACK]

export function hashType(db: Database, address: number): number {
  return db.encoding(address) === ENCODING_OBJECT ? RDB_HASH : RDB_HASH_LISTPACK
}

export function writeHash(writer: RdbWriter, db: Database, address: number): void {
  if (db.encoding(address) !== ENCODING_OBJECT) {
    db.value(address)
    return writer.string(db.valueBuf, db.valueStart, db.valueLength)
  }
  const hash = db.object(address) as HashObject
  writer.length(hash.size)
  hash.forEach((record) => {
    hash.locate(record)
    const { fieldBuf, fieldStart, fieldLength, valueStart, valueLength } = hash
    writer.string(fieldBuf, fieldStart, fieldLength)
    writer.string(fieldBuf, valueStart, valueLength)
  })
}
