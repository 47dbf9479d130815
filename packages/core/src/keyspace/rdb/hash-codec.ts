/**
 * Hashes in RDB.
 *
 *     4       length, then field and value of each (strings)
 *     9, 13   string: a zipmap, a ziplist
 *     16      string: a listpack, field, value, field, value ...
 *     22      length, then field, value and expiry of each: 8 bytes, ms since 1970, -1 for none
 *     24      least expiry (8 bytes), length, then of each field: expiry as a length, 0 for none, else counted from one
 *             before the least; field, value
 *     25      least expiry, 8 bytes; string: a listpack of field, value, expiry (0 for none) ...
 *     22, 23  as 24 and 25, but without the least expiry: expiries count from 1970. Of version 12 only
 *
 * Source: payloads of Valkey 9.1; for 24 and 25 the value types of the redis-replicator project.
 */

import { EncodedElements, element, integerAt, readElement } from '../../structures/element.ts'
import { nextElement } from '../../structures/element-run.ts'
import type { RdbReader } from '../../structures/rdb-reader.ts'
import type { RdbWriter } from '../../structures/rdb-writer.ts'
import { readZiplist } from '../../structures/ziplist.ts'
import { readZipmap } from '../../structures/zipmap.ts'
import { HashObject, NO_FIELD_EXPIRY } from '../../types/hash-object.ts'
import type { Database } from '../database.ts'
import { ENCODING_OBJECT, TYPE_HASH } from '../entry.ts'
import { PACKED_BYTES_MAX, runBytesOf, runOf } from '../packed-value.ts'
import { ByteScratch } from './byte-scratch.ts'
import { hasDuplicates, readListpack, writePackedRun } from './packed-elements.ts'
import { damaged, type RdbOrigin, type RdbValue } from './rdb-value.ts'
import {
  RDB_HASH,
  RDB_HASH_2,
  RDB_HASH_LISTPACK,
  RDB_HASH_LISTPACK_EX,
  RDB_HASH_LISTPACK_EX_PRE_GA,
  RDB_HASH_METADATA,
  RDB_HASH_ZIPLIST,
  RDB_HASH_ZIPMAP,
  RDB_VERSION_REDIS_MAX,
} from './value-types.ts'

/** The hash of a payload, packed as long as the limits allow. */
class HashBuilder {
  readonly #db: Database
  readonly #dropsBeforeMs: number
  readonly #packed = new EncodedElements()
  readonly #field = new ByteScratch()
  readonly #valueBytesMax: number
  #object: HashObject | undefined

  constructor(origin: RdbOrigin, type: number) {
    this.#db = origin.db
    // What comes as a listpack stays one, however long its values are, as in Valkey.
    this.#valueBytesMax = type === RDB_HASH_LISTPACK ? Number.POSITIVE_INFINITY : origin.db.owner.limits.hashValueBytes
    this.#dropsBeforeMs = origin.dropsExpiredBeforeMs
  }

  /** Copies a field, for `add`. */
  takeField(buf: Uint8Array, start: number, length: number): void {
    this.#field.take(buf, start, length)
  }

  /** Adds the field that was taken, with its value. */
  add(value: Uint8Array, start: number, length: number, expiryMs = NO_FIELD_EXPIRY): void {
    if (expiryMs >= 0 && expiryMs <= this.#dropsBeforeMs) return
    const { hashEntries } = this.#db.owner.limits
    const valueBytesMax = this.#valueBytesMax
    const { buf: field, length: fieldLength } = this.#field
    const packed = this.#packed
    if (this.#object === undefined) {
      const isLarge = fieldLength > valueBytesMax || length > valueBytesMax || expiryMs >= 0
      if (!isLarge && packed.count >> 1 < hashEntries) {
        const before = packed.length
        packed.add(field, 0, fieldLength)
        packed.add(value, start, length)
        if (runBytesOf(packed) <= PACKED_BYTES_MAX) return
        packed.length = before
        packed.count -= 2
      }
      // The value may lie where elements are decoded.
      const copy = value.slice(start, start + length)
      const object = this.#enlarge()
      return this.#set(object, field, fieldLength, copy, 0, length, expiryMs)
    }
    this.#set(this.#object, field, fieldLength, value, start, length, expiryMs)
  }

  #set(
    object: HashObject,
    field: Uint8Array,
    fieldLength: number,
    value: Uint8Array,
    start: number,
    length: number,
    expiryMs: number,
  ): void {
    const { hashEntries } = this.#db.owner.limits
    const valueBytesMax = this.#valueBytesMax
    const isNew = object.set(field, 0, fieldLength, value, start, length, expiryMs)
    if (!isNew) damaged('a hash has a field twice')
    if (fieldLength > valueBytesMax || length > valueBytesMax || expiryMs >= 0 || object.size > hashEntries) {
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
      this.#set(object, field.buf, field.length, element.buf, element.start, element.length, NO_FIELD_EXPIRY)
    }
    this.#packed.clear()
    return object
  }

  /** @returns undefined when there are no fields */
  finish(): RdbValue | undefined {
    if (this.#object !== undefined) return { kind: TYPE_HASH, content: this.#object }
    if (this.#packed.count === 0) return undefined
    if (hasDuplicates(this.#packed, 2)) damaged('a hash has a field twice')
    return { kind: TYPE_HASH, content: runOf(this.#packed) }
  }

  discard(): void {
    this.#object?.free()
  }
}

export const HASH_TYPES: readonly number[] = [
  RDB_HASH,
  RDB_HASH_ZIPMAP,
  RDB_HASH_ZIPLIST,
  RDB_HASH_LISTPACK,
  RDB_HASH_2,
  RDB_HASH_LISTPACK_EX_PRE_GA,
  RDB_HASH_METADATA,
  RDB_HASH_LISTPACK_EX,
]

export function readHash(reader: RdbReader, type: number, origin: RdbOrigin): RdbValue | undefined {
  const builder = new HashBuilder(origin, type)
  try {
    switch (type) {
      case RDB_HASH:
        readPairs(reader, builder)
        break
      case RDB_HASH_2:
        if (origin.version === RDB_VERSION_REDIS_MAX) readTimedFields(reader, 0, builder)
        else readFieldsOfValkey(reader, builder)
        break
      case RDB_HASH_METADATA:
        readTimedFields(reader, leastExpiry(reader) - 1, builder)
        break
      case RDB_HASH_LISTPACK_EX_PRE_GA:
        readTimedListpack(reader, builder)
        break
      case RDB_HASH_LISTPACK_EX:
        leastExpiry(reader)
        readTimedListpack(reader, builder)
        break
      default:
        readPacked(reader, type, builder)
    }
    return builder.finish()
  } catch (error) {
    builder.discard()
    throw error
  }
}

function readPairs(reader: RdbReader, builder: HashBuilder): void {
  for (let left = reader.length(); left > 0; left--) {
    takeField(reader, builder)
    reader.string()
    builder.add(reader.stringBuf, reader.stringStart, reader.stringLength)
  }
}

function takeField(reader: RdbReader, builder: HashBuilder): void {
  reader.string()
  builder.takeField(reader.stringBuf, reader.stringStart, reader.stringLength)
}

function readFieldsOfValkey(reader: RdbReader, builder: HashBuilder): void {
  const value = new ByteScratch()
  for (let left = reader.length(); left > 0; left--) {
    takeField(reader, builder)
    reader.string()
    value.take(reader.stringBuf, reader.stringStart, reader.stringLength)
    const expiryMs = reader.milliseconds()
    if (expiryMs < NO_FIELD_EXPIRY) damaged('a field expires before 1970')
    builder.add(value.buf, 0, value.length, expiryMs)
  }
}

/** @param baseMs what the expiries are counted from */
function readTimedFields(reader: RdbReader, baseMs: number, builder: HashBuilder): void {
  for (let left = reader.length(); left > 0; left--) {
    const expiry = reader.length()
    takeField(reader, builder)
    reader.string()
    const expiryMs = expiry === 0 ? NO_FIELD_EXPIRY : baseMs + expiry
    builder.add(reader.stringBuf, reader.stringStart, reader.stringLength, expiryMs)
  }
}

function leastExpiry(reader: RdbReader): number {
  const ms = reader.milliseconds()
  if (ms < 0) damaged('a field expires before 1970')
  return ms
}

function readTimedListpack(reader: RdbReader, builder: HashBuilder): void {
  const elements = new EncodedElements()
  readListpack(reader, elements)
  if (elements.count % 3 !== 0) damaged('a hash has a field without a value or an expiry')
  const { buf, length } = elements
  for (let pos = 0; pos < length; ) {
    readElement(buf, pos)
    builder.takeField(element.buf, element.start, element.length)
    const valuePos = nextElement(buf, pos)
    const expiryPos = nextElement(buf, valuePos)
    const expiry = integerAt(buf, expiryPos)
    if (!(expiry >= 0)) damaged('the expiry of a field is no time')
    readElement(buf, valuePos)
    builder.add(element.buf, element.start, element.length, expiry === 0 ? NO_FIELD_EXPIRY : expiry)
    pos = nextElement(buf, expiryPos)
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
    // No server ever wrote that.
    if (type === RDB_HASH_ZIPMAP && elements.count === 0) damaged('there is no field')
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

export function hashType(db: Database, address: number): number {
  if (db.encoding(address) !== ENCODING_OBJECT) return RDB_HASH_LISTPACK
  return (db.object(address) as HashObject).volatileCount === 0 ? RDB_HASH : RDB_HASH_2
}

/** Fields whose time is over are written too, as by Valkey: they go when their turn to expire comes. */
export function writeHash(writer: RdbWriter, db: Database, address: number): void {
  if (db.encoding(address) !== ENCODING_OBJECT) return writePackedRun(writer, db, address)
  const hash = db.object(address) as HashObject
  const isVolatile = hash.volatileCount > 0
  writer.length(hash.size)
  hash.forEach((record) => {
    hash.locate(record)
    const { fieldBuf, fieldStart, fieldLength, valueStart, valueLength } = hash
    writer.string(fieldBuf, fieldStart, fieldLength)
    writer.string(fieldBuf, valueStart, valueLength)
    if (isVolatile) writer.milliseconds(hash.expiryMs(record))
  })
}
