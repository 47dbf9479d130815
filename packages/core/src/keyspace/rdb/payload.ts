/**
 * Payload: a value by itself, as DUMP writes and RESTORE reads it.
 *
 *     offset      size   meaning
 *     0           1      type of the value, see value-types.ts
 *     1                  the value
 *     end - 10    2      RDB version, little-endian
 *     end - 8     8      CRC-64 of everything before
 *
 * The version is 11, which every server since Redis 7.2 reads; 80 for a value that only Valkey has a form of. (Valkey
 * writes 80 always, and Redis refuses it.)
 */

import { CRC64_BYTES, Crc64 } from '../../structures/crc64.ts'
import { RdbReader } from '../../structures/rdb-reader.ts'
import type { RdbWriter } from '../../structures/rdb-writer.ts'
import type { Database } from '../database.ts'
import { damaged, type RdbOrigin, type RdbValue } from './rdb-value.ts'
import { readValue, valueType, writeValue } from './value-codec.ts'
import { RDB_HASH_2, RDB_VERSION_SHARED, RDB_VERSION_VALKEY } from './value-types.ts'

const VERSION_BYTES = 2
const FOOTER_BYTES = VERSION_BYTES + CRC64_BYTES

/** @returns the payload of an entry's value, valid until something else is written with `writer`, which must be new */
export function dumpPayload(writer: RdbWriter, db: Database, address: number): Uint8Array {
  const type = valueType(db, address)
  const version = type === RDB_HASH_2 ? RDB_VERSION_VALKEY : RDB_VERSION_SHARED
  writer.byte(type)
  writeValue(writer, db, address)
  writer.byte(version)
  writer.byte(version >> 8)
  writer.checksum()
  return writer.bytes
}

/** The version in a payload's footer, or -1 when the checksum is wrong. @param skipsChecksum do not look at it */
export function payloadVersion(buf: Uint8Array, start: number, length: number, skipsChecksum: boolean): number {
  if (length <= FOOTER_BYTES) return -1
  const footer = start + length - FOOTER_BYTES
  if (!skipsChecksum) {
    const crc = new Crc64()
    crc.update(buf, start, length - CRC64_BYTES)
    if (!crc.matches(buf, footer + VERSION_BYTES)) return -1
  }
  return buf[footer] | (buf[footer + 1] << 8)
}

/** Reads the value of a payload whose footer was found in order. Throws RdbError for what is no value. */
export function readPayload(buf: Uint8Array, start: number, length: number, origin: RdbOrigin): RdbValue {
  const reader = new RdbReader(buf, start, start + length - FOOTER_BYTES)
  const value = readValue(reader, reader.byte(), origin)
  if (value === undefined) damaged('a collection without elements')
  if (!reader.atEnd) {
    if (!(value.content instanceof Uint8Array)) value.content.free?.()
    damaged('bytes behind the value')
  }
  return value
}
