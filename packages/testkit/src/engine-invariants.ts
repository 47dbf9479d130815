/**
 * Invariants of an engine: every key is found where it is, every large value is in order, what expires is in the wheel
 * or in the heap, and every byte of the arena that is in use belongs to an entry, to the key table or to a value.
 */

import type { Engine } from '@kvasir/core'
import { checkValue, expect } from './value-invariants.ts'

interface CheckedObject {
  readonly externalBytes: number
  readonly arenaBytes?: number
  /** Of values whose elements can expire. */
  readonly volatileCount?: number
  readonly nextExpiryMs?: number
  readonly expiryPlace?: number
}

/** What is looked at of a database; packages/core/src/keyspace has the whole of it. */
interface CheckedDatabase {
  readonly index: number
  readonly size: number
  readonly objectBytes: number
  readonly arena: { readonly usedBytes: number; capacity(address: number): number }
  readonly table: {
    readonly slots: number
    forEach(visit: (address: number) => void): void
    keyBytes(address: number): Uint8Array
  }
  readonly wheel: { readonly size: number }
  readonly waitingObjectCount: number
  readonly firstWaitingObject: CheckedObject | undefined
  find(buf: Uint8Array, start: number, length: number): number
  expiryMs(address: number): number
  encoding(address: number): number
  object(address: number): CheckedObject
}

/** keyspace/entry.ts */
const ENCODING_OBJECT = 2
const KEY_INLINE_BYTES_MAX = 4096
/** structures/hash-table.ts: a bucket's slots and bytes. */
const SLOTS = 10
const BUCKET_BYTES = 64

/**
 * Looks through a whole engine; for the end of a test that does much at random.
 * @throws Error with what is not as it must be, or when a command threw an exception since the engine was started
 */
export function checkEngine(engine: Engine): void {
  if (engine.stats.unexpectedErrors > 0) throw new Error('a command threw an exception')
  for (const db of engine.databases()) checkDatabase(db)
}

function checkDatabase(db: CheckedDatabase): void {
  let keys = 0
  let arenaBytes = (db.table.slots / SLOTS) * BUCKET_BYTES
  let externalBytes = 0
  let timed = 0
  const waiting: CheckedObject[] = []
  db.table.forEach((address) => {
    keys++
    arenaBytes += db.arena.capacity(address)
    const key = db.table.keyBytes(address)
    expect('a key is found at', db.find(key.slice(), 0, key.length), address)
    if (key.length > KEY_INLINE_BYTES_MAX) externalBytes += key.length
    if (db.expiryMs(address) >= 0) timed++
    if (db.encoding(address) !== ENCODING_OBJECT) return
    const object = db.object(address)
    checkValue(object)
    if ((object.volatileCount ?? 0) > 0) waiting.push(object)
    arenaBytes += object.arenaBytes ?? 0
    externalBytes += object.externalBytes
  })
  const name = `database ${db.index}:`
  expect(`${name} size is`, db.size, keys)
  expect(`${name} the objects' bytes are`, db.objectBytes, externalBytes)
  expect(`${name} the arena's used bytes are`, db.arena.usedBytes, arenaBytes)
  expect(`${name} the entries in the wheel are`, db.wheel.size, timed)
  expect(`${name} the objects that wait are`, db.waitingObjectCount, waiting.length)
  const first = db.firstWaitingObject?.nextExpiryMs ?? Number.POSITIVE_INFINITY
  expect(`${name} the first expiry of all is`, first, Math.min(...waiting.map(({ nextExpiryMs }) => nextExpiryMs ?? 0)))
}
