/** What commands share that answer with the value a key had before, or compare it. */

import { type Call, WRONG_TYPE } from '../../engine/call.ts'

/**
 * Replies with the string at argument 1, or nil. Counts as a read: hits, misses and `keymiss` are those of GET.
 * @returns the key's entry, ready to be changed; 0; or WRONG_TYPE after the error
 */
export function replyOldValue(call: Call): number {
  const { db, reply } = call
  const address = call.lookupReadString(1)
  if (address === WRONG_TYPE) return WRONG_TYPE
  if (address === 0) reply.nil()
  else {
    db.value(address)
    reply.bulk(db.valueBuf, db.valueStart, db.valueLength)
  }
  return call.lookupAgain(1)
}

/** Whether the string at `address` equals an argument, byte for byte. */
export function valueEquals(call: Call, address: number, index: number): boolean {
  const { db, buf } = call
  db.value(address)
  const { valueBuf, valueStart, valueLength } = db
  if (valueLength !== call.lengths[index]) return false
  const start = call.starts[index]
  for (let i = 0; i < valueLength; i++) if (valueBuf[valueStart + i] !== buf[start + i]) return false
  return true
}
