/**
 * Values in RDB: every type has a codec of its own here, and this file chooses one. The forms are in value-types.ts.
 *
 * A value is read whole and checked before the keyspace hears of it: bounds, counts, duplicates, order. A payload that
 * is not in order throws RdbError and leaves nothing behind.
 */

import { RdbError, type RdbReader } from '../../structures/rdb-reader.ts'
import type { RdbWriter } from '../../structures/rdb-writer.ts'
import type { ModuleValue } from '../../types/module-value.ts'
import type { Database } from '../database.ts'
import {
  KIND_STRING_INLINE,
  TYPE_HASH,
  TYPE_LIST,
  TYPE_MODULE,
  TYPE_SET,
  TYPE_STREAM,
  TYPE_STRING,
  TYPE_ZSET,
} from '../entry.ts'
import { HASH_TYPES, hashType, readHash, writeHash } from './hash-codec.ts'
import { LIST_TYPES, readList, writeList } from './list-codec.ts'
import { readModuleValue, writeModuleValue } from './module-codec.ts'
import { damaged, type RdbOrigin, type RdbValue } from './rdb-value.ts'
import { readSet, SET_TYPES, setType, writeSet } from './set-codec.ts'
import { readStream, STREAM_TYPES, writeStream } from './stream-codec.ts'
import {
  RDB_HASH_LISTPACK,
  RDB_HASH_LISTPACK_EX,
  RDB_HASH_ZIPLIST,
  RDB_HASH_ZIPMAP,
  RDB_LIST_QUICKLIST,
  RDB_LIST_QUICKLIST_2,
  RDB_LIST_ZIPLIST,
  RDB_MODULE_2,
  RDB_SET_INTSET,
  RDB_SET_LISTPACK,
  RDB_STREAM_LISTPACKS_3,
  RDB_STRING,
  RDB_ZSET_LISTPACK,
  RDB_ZSET_ZIPLIST,
} from './value-types.ts'
import { readZset, writeZset, ZSET_TYPES, zsetType } from './zset-codec.ts'

type Read = (reader: RdbReader, type: number, origin: RdbOrigin) => RdbValue | undefined

const readers = new Map<number, Read>()
readers.set(RDB_STRING, (reader) => ({ kind: KIND_STRING_INLINE, content: reader.stringCopy() }))
readers.set(RDB_MODULE_2, (reader, _type, origin) => readModuleValue(reader, origin))
for (const type of HASH_TYPES) readers.set(type, readHash)
for (const type of LIST_TYPES) readers.set(type, readList)
for (const type of SET_TYPES) readers.set(type, readSet)
for (const type of STREAM_TYPES) readers.set(type, readStream)
for (const type of ZSET_TYPES) readers.set(type, readZset)

/**
 * Reads the value that follows its type byte.
 * @returns undefined for a collection without elements, which no server keeps
 */
export function readValue(reader: RdbReader, type: number, origin: RdbOrigin): RdbValue | undefined {
  const read = readers.get(type)
  if (read === undefined) damaged(`no value has the type ${type}`)
  try {
    return read(reader, type, origin)
  } catch (error) {
    const name = PACKED_NAMES.get(type)
    if (name === undefined || !(error instanceof RdbError)) throw error
    throw new RdbError(`${name} integrity check failed: ${error.message}`)
  }
}

/** What the log calls the packed forms, as Valkey's does. */
const PACKED_NAMES: ReadonlyMap<number, string> = new Map([
  [RDB_HASH_ZIPMAP, 'Zipmap'],
  [RDB_LIST_ZIPLIST, 'List ziplist'],
  [RDB_SET_INTSET, 'Intset'],
  [RDB_ZSET_ZIPLIST, 'Zset ziplist'],
  [RDB_HASH_ZIPLIST, 'Hash ziplist'],
  [RDB_LIST_QUICKLIST, 'Quicklist ziplist'],
  [RDB_HASH_LISTPACK, 'Hash listpack'],
  [RDB_ZSET_LISTPACK, 'Zset listpack'],
  [RDB_LIST_QUICKLIST_2, 'Quicklist listpack'],
  [RDB_SET_LISTPACK, 'Set listpack'],
  [RDB_HASH_LISTPACK_EX, 'Hash listpack'],
])

/** The type byte of an entry's value. */
export function valueType(db: Database, address: number): number {
  switch (db.type(address)) {
    case TYPE_STRING:
      return RDB_STRING
    case TYPE_HASH:
      return hashType(db, address)
    case TYPE_LIST:
      return RDB_LIST_QUICKLIST_2
    case TYPE_SET:
      return setType(db, address)
    case TYPE_STREAM:
      return RDB_STREAM_LISTPACKS_3
    case TYPE_ZSET:
      return zsetType(db, address)
    case TYPE_MODULE:
      return RDB_MODULE_2
    default:
      throw new Error(`rdb: no form for type ${db.type(address)}`)
  }
}

/** Writes an entry's value, what follows its type byte. */
export function writeValue(writer: RdbWriter, db: Database, address: number): void {
  switch (db.type(address)) {
    case TYPE_STRING:
      db.value(address)
      return writer.string(db.valueBuf, db.valueStart, db.valueLength)
    case TYPE_HASH:
      return writeHash(writer, db, address)
    case TYPE_LIST:
      return writeList(writer, db, address)
    case TYPE_SET:
      return writeSet(writer, db, address)
    case TYPE_STREAM:
      return writeStream(writer, db, address)
    case TYPE_ZSET:
      return writeZset(writer, db, address)
    case TYPE_MODULE:
      return writeModuleValue(writer, db.object(address) as ModuleValue)
    default:
      throw new Error(`rdb: no form for type ${db.type(address)}`)
  }
}
