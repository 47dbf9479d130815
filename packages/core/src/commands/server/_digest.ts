/**
 * Digests of DEBUG DIGEST and DEBUG DIGEST-VALUE: 20 bytes, zero for nothing, else those of Valkey for the same data.
 *
 *     xor(d, bytes)   d ^= sha1(bytes)                       for things without an order
 *     mix(d, bytes)   d = sha1(d ^ sha1(bytes))              for things in order
 *     value           mix the number of its type (32 bits, big-endian), then what the type has; with a time to live,
 *                     xor `!!expire!!`
 *     string          mix its bytes
 *     hash            for each field xor of (mix field, mix value)
 *     list            mix each element
 *     set             for each member xor of it
 *     stream          for each entry: mix `ms.sequence`, then each field and each value
 *     sorted set      for each member xor of (mix member, mix score as text)
 *     dataset         for each database with keys: mix its number (32 bits, big-endian),
 *                     then for each key xor of (mix key, value)
 *
 * Source: the digests of Valkey 9.1, whose values the tests hold.
 */

import type { DataType, PayloadWriter } from '@kvasir/module-api'
import { formatDouble } from '@kvasir/protocol'
import { toBytes } from '../../engine/argument-bytes.ts'
import type { Engine } from '../../engine/engine.ts'
import { type Database, NO_EXPIRY } from '../../keyspace/database.ts'
import {
  TYPE_HASH,
  TYPE_LIST,
  TYPE_MODULE,
  TYPE_SET,
  TYPE_STREAM,
  TYPE_STRING,
  TYPE_ZSET,
} from '../../keyspace/entry.ts'
import { HashValue } from '../../keyspace/hash-value.ts'
import { ListValue } from '../../keyspace/list-value.ts'
import { SetValue } from '../../keyspace/set-value.ts'
import { ZsetValue } from '../../keyspace/zset-value.ts'
import { fromLatin1 } from '../../structures/bytes.ts'
import { SHA1_BYTES, sha1 } from '../../structures/sha1.ts'
import { idText, MAX_ID, MIN_ID } from '../../structures/stream-id.ts'
import type { ModuleValue } from '../../types/module-value.ts'
import type { StreamObject } from '../../types/stream-object.ts'

/** Valkey's numbers of the types, by ours. */
const TYPE_NUMBERS: readonly number[] = [0, 1, 2, 3, 4, 6, 5]

const EXPIRE_MARK = fromLatin1('!!expire!!')

export class Digest {
  bytes: Uint8Array = new Uint8Array(SHA1_BYTES)

  xor(data: Uint8Array): void {
    const hash = sha1(data)
    for (let i = 0; i < SHA1_BYTES; i++) this.bytes[i] ^= hash[i]
  }

  mix(data: Uint8Array): void {
    this.xor(data)
    this.bytes = sha1(this.bytes)
  }

  mixNumber(value: number): void {
    this.mix(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value))
  }
}

/** @param address of the entry; 0 gives zeros */
export function valueDigest(db: Database, address: number): Uint8Array {
  const digest = new Digest()
  if (address !== 0) mixValue(digest, db, address)
  return digest.bytes
}

export function datasetDigest(engine: Engine): Uint8Array {
  const whole = new Digest()
  const dbs = [...engine.databases()].filter((db) => db.size > 0).sort((a, b) => a.index - b.index)
  for (const db of dbs) {
    whole.mixNumber(db.index)
    db.table.forEach((address) => {
      const digest = new Digest()
      digest.mix(db.keyBytes(address))
      mixValue(digest, db, address)
      whole.xor(digest.bytes)
    })
  }
  return whole.bytes
}

function mixValue(digest: Digest, db: Database, address: number): void {
  const type = db.type(address)
  digest.mixNumber(TYPE_NUMBERS[type])
  if (type === TYPE_STRING) {
    db.value(address)
    digest.mix(db.valueBuf.subarray(db.valueStart, db.valueStart + db.valueLength))
  } else if (type === TYPE_HASH) mixHash(digest, db, address)
  else if (type === TYPE_LIST) mixList(digest, db, address)
  else if (type === TYPE_SET) mixSet(digest, db, address)
  else if (type === TYPE_STREAM) mixStream(digest, db, address)
  else if (type === TYPE_ZSET) mixZset(digest, db, address)
  else if (type === TYPE_MODULE) {
    const { type: dataType, value } = db.object(address) as ModuleValue
    mixModuleValue(digest, dataType, value)
  } else throw new Error(`digest: no form for type ${type}`)
  if (db.expiryMs(address) !== NO_EXPIRY) digest.xor(EXPIRE_MARK)
}

/** Pairs in any order: each is digested by itself. Expiry times of fields do not count, as in Valkey. */
function mixHash(digest: Digest, db: Database, address: number): void {
  new HashValue(db, address, NO_BYTES, 0, 0).forEach((fieldBuf, fieldStart, fieldLength, buf, start, length) => {
    const pair = new Digest()
    pair.mix(fieldBuf.subarray(fieldStart, fieldStart + fieldLength))
    pair.mix(buf.subarray(start, start + length))
    digest.xor(pair.bytes)
  })
}

function mixList(digest: Digest, db: Database, address: number): void {
  const list = new ListValue(db, address, NO_BYTES, 0, 0)
  list.forRange(0, list.length, (buf, start, length) => digest.mix(buf.subarray(start, start + length)))
}

function mixSet(digest: Digest, db: Database, address: number): void {
  new SetValue(db, address, NO_BYTES, 0, 0).forEach((buf, start, length) => {
    digest.xor(buf.subarray(start, start + length))
  })
}

/** Entries in order; groups do not count, as in Valkey. */
function mixStream(digest: Digest, db: Database, address: number): void {
  const stream = db.object(address) as StreamObject
  stream.walk(MIN_ID, MAX_ID, false, (entry) => {
    digest.mix(fromLatin1(idText(entry.id).replace('-', '.')))
    entry.forEachWord((buf, start, length) => digest.mix(buf.subarray(start, start + length)))
  })
}

function mixZset(digest: Digest, db: Database, address: number): void {
  const zset = new ZsetValue(db, address, NO_BYTES, 0, 0)
  zset.walk(0, zset.size, false, (buf, start, length, score) => {
    const pair = new Digest()
    pair.mix(buf.subarray(start, start + length))
    pair.mix(fromLatin1(formatDouble(score)))
    digest.xor(pair.bytes)
  })
}

/** What the type's `digest` writes, field by field in order. */
function mixModuleValue(digest: Digest, type: DataType<unknown>, value: unknown): void {
  const text = (field: string): void => digest.mix(toBytes(field))
  const writer: PayloadWriter = {
    unsigned: (field) => text(String(field)),
    signed: (field) => text(String(field)),
    double: (field) => text(String(field)),
    bytes: (field) => digest.mix(field),
    text,
  }
  type.digest(value, writer)
}

const NO_BYTES = new Uint8Array(0)
