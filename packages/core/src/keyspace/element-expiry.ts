/**
 * Element expiry: takes elements whose time is over (fields of hashes) out of a database's collections, and keys with
 * their last element. What is due is found, never sampled: each collection has its elements in the order of their times
 * (structures/expiry-heap.ts), and the database its collections in the order of their first element's
 * (object-table.ts).
 */

import type { ExpiringObject } from '../types/value-object.ts'
import type { Database } from './database.ts'
import { ENCODING_OBJECT } from './entry.ts'

/** @returns steps taken; fewer than `stepsMax` means that nothing due is left */
export function expireElements(db: Database, stepsMax: number): number {
  let steps = 0
  while (steps < stepsMax && db.owner.canDeleteExpired) {
    const object = db.firstWaitingObject
    if (object === undefined || object.nextExpiryMs > db.owner.nowMs) break
    steps += expireElementsOf(db, object, stepsMax - steps)
  }
  return steps
}

function expireElementsOf(db: Database, object: ExpiringObject, countMax: number): number {
  const key = keyOf(db, object)
  const address = db.lookupWrite(key, 0, key.length)
  // The key's own time may be over too.
  if (address === 0 || db.encoding(address) !== ENCODING_OBJECT || db.object(address) !== object) return 1
  const before = object.externalBytes
  const count = object.expireElements(db.owner.nowMs, countMax)
  db.accountObject(object, before)
  db.elementsRetimed(object)
  const isEmptied = object.size === 0
  if (isEmptied) db.removeFound(address)
  db.owner.onElementsExpire(db, key, count, isEmptied)
  return count
}

/** A copy of the name of the key that has this value: one of those with its hash. */
function keyOf(db: Database, object: ExpiringObject): Uint8Array {
  let key: Uint8Array | undefined
  db.table.scan(object.keyHash >>> 0, (address) => {
    if (db.encoding(address) === ENCODING_OBJECT && db.object(address) === object) key = db.keyBytes(address).slice()
  })
  if (key === undefined) throw new Error('element expiry: no key has this value')
  return key
}
