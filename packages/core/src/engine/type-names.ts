/** What TYPE and OBJECT ENCODING answer for an entry. */

import { type Database, NO_EXPIRY } from '../keyspace/database.ts'
import { ENCODING_INLINE, ENCODING_INTSET, ENCODING_OBJECT, TYPE_MODULE, TYPE_STRING } from '../keyspace/entry.ts'
import { isInt64 } from '../structures/decimal.ts'
import type { ModuleValue } from '../types/module-value.ts'
import type { Engine } from './engine.ts'

const TYPE_NAMES = ['string', 'list', 'set', 'zset', 'hash', 'stream']
/** Key and string that Valkey 9 keeps in one block: 128 bytes, less its headers. */
const EMBSTR_BYTES_MAX = 113
const LONG_KEY_BYTES = 32
const LONG_KEY_HEADER_BYTES = 2
const EXPIRY_BYTES = 8

/** Whether TYPE could answer this. @param name in lower case */
export function isTypeName(engine: Engine, name: string): boolean {
  return TYPE_NAMES.includes(name) || engine.modules.hasTypeName(name)
}

export function typeNameAt(db: Database, address: number): string {
  const type = db.type(address)
  if (type !== TYPE_MODULE) return TYPE_NAMES[type]
  const { type: dataType } = db.object(address) as ModuleValue
  return dataType.typeName ?? dataType.name
}

/** What Valkey would use, whatever we do. */
export function encodingNameAt(db: Database, address: number): string {
  const encoding = db.encoding(address)
  if (encoding === ENCODING_OBJECT) return db.object(address).encodingName
  if (db.type(address) !== TYPE_STRING) return encoding === ENCODING_INTSET ? 'intset' : 'listpack'
  if (encoding !== ENCODING_INLINE) return 'raw'
  db.value(address)
  if (isInt64(db.valueBuf, db.valueStart, db.valueLength)) return 'int'
  const keyLength = db.keyBytes(address).length
  let bytes = keyLength + db.valueLength
  if (keyLength >= LONG_KEY_BYTES) bytes += LONG_KEY_HEADER_BYTES
  if (db.expiryMs(address) !== NO_EXPIRY) bytes += EXPIRY_BYTES
  return bytes <= EMBSTR_BYTES_MAX ? 'embstr' : 'raw'
}
