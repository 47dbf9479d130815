/** DEBUG POPULATE: many string keys at once, for tests of large keyspaces. */

import type { Call } from '../../engine/call.ts'
import { NO_EXPIRY } from '../../keyspace/database.ts'
import { fromLatin1 } from '../../structures/bytes.ts'

export function debugPopulate(call: Call): void {
  const { argc, db, engine } = call
  const count = call.argInteger(2)
  const size = argc > 4 ? call.argInteger(4) : 0
  if (!(count >= 0) || !(size >= 0)) return call.reply.error('ERR value is out of range, must be positive')
  const prefix = argc > 3 ? call.argLatin1(3) : 'key'
  for (let i = 0; i < count; i++) {
    const key = fromLatin1(`${prefix}:${i}`)
    const address = db.lookupWrite(key, 0, key.length)
    if (address !== 0) continue
    const value = populatedValue(i, size)
    db.putString(address, key, 0, key.length, value, 0, value.length, NO_EXPIRY)
    engine.keyChanged(db, key, 0, key.length)
  }
  call.reply.ok()
}

/** `value:<i>`, cut or filled with zero bytes when a size was asked for. */
function populatedValue(i: number, size: number): Uint8Array {
  const text = fromLatin1(`value:${i}`)
  if (size === 0) return text
  const value = new Uint8Array(size)
  value.set(text.subarray(0, size))
  return value
}
