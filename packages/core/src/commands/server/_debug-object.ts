/** DEBUG OBJECT: how a value is kept. */

import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { encodingNameAt } from '../../engine/type-names.ts'
import type { Database } from '../../keyspace/database.ts'
import { TYPE_STRING } from '../../keyspace/entry.ts'
import { idleSeconds } from '../../keyspace/eviction.ts'
import { parseSafeInteger } from '../../structures/decimal.ts'

export function debugObject(call: Call): void {
  const { db, engine } = call
  const address = db.find(call.buf, call.starts[2], call.lengths[2])
  if (address === 0) return call.reply.error(ERRORS.noSuchKey)
  const isFast = call.argc > 3 && call.argIs(3, 'fast')
  const clock = db.accessClock(address)
  const where = (address >>> 0).toString(16).padStart(8, '0')
  const length = isFast ? '' : ` serializedlength:${serializedLength(db, address)}`
  const idle = idleSeconds(clock, engine.nowMs)
  const encoding = encodingNameAt(db, address)
  const access = `lru:${clock} lru_seconds_idle:${idle}`
  call.reply.simple(`Value at:0x${where} refcount:1 encoding:${encoding}${length} ${access}`)
}

/** Bytes of the value in an RDB file without compression; what the entry takes, for values other than strings. */
function serializedLength(db: Database, address: number): number {
  if (db.type(address) !== TYPE_STRING) return db.entryBytes(address)
  db.value(address)
  const { valueBuf, valueStart, valueLength } = db
  const number = valueLength <= 11 ? parseSafeInteger(valueBuf, valueStart, valueLength) : Number.NaN
  if (number >= -(2 ** 7) && number < 2 ** 7) return 2
  if (number >= -(2 ** 15) && number < 2 ** 15) return 3
  if (number >= -(2 ** 31) && number < 2 ** 31) return 5
  return (valueLength < 2 ** 6 ? 1 : valueLength < 2 ** 14 ? 2 : 5) + valueLength
}
