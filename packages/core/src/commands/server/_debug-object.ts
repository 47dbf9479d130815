/** DEBUG OBJECT: how a value is kept. */

import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { encodingNameAt } from '../../engine/type-names.ts'
import type { Database } from '../../keyspace/database.ts'
import { idleSeconds } from '../../keyspace/eviction.ts'
import { writeValue } from '../../keyspace/rdb/value-codec.ts'
import { RdbWriter } from '../../structures/rdb-writer.ts'

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

/** Bytes of the value in an RDB file, with compression, which is what Valkey says by default. */
function serializedLength(db: Database, address: number): number {
  const writer = new RdbWriter(true, () => {})
  writeValue(writer, db, address)
  return writer.bytesWritten
}
