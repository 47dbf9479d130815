/**
 * Invariants of an engine in this process: every large value checks itself, and every byte of the arena that is in use
 * belongs to an entry, to the key table or to a value.
 */

/** What is looked at of an engine; packages/core/src has the whole of it. */
export interface CheckedEngine {
  createSession(transport: object): { feed(buf: Uint8Array, start: number, end: number): void }
  databases(): Iterable<CheckedDatabase>
  readonly config: { set(settings: readonly (readonly string[])[], options: object): string | undefined }
  readonly stats: { readonly unexpectedErrors: number }
  close(): void
}

interface CheckedObject {
  readonly externalBytes: number
  readonly arenaBytes?: number
  check?(): void
}

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
  flags(address: number): number
  encoding(address: number): number
  object(address: number): CheckedObject
}

/** keyspace/entry.ts */
const ENCODING_OBJECT = 2
const KEY_INLINE_BYTES_MAX = 4096
/** structures/hash-table.ts: a bucket's slots and bytes. */
const SLOTS = 10
const BUCKET_BYTES = 64

/** Throws with what is wrong. */
export function checkEngine(engine: CheckedEngine): void {
  if (engine.stats.unexpectedErrors > 0) throw new Error('a command threw an exception')
  for (const db of engine.databases()) checkDatabase(db)
}

function checkDatabase(db: CheckedDatabase): void {
  let keys = 0
  let arenaBytes = (db.table.slots / SLOTS) * BUCKET_BYTES
  let externalBytes = 0
  db.table.forEach((address) => {
    keys++
    arenaBytes += db.arena.capacity(address)
    const key = db.table.keyBytes(address)
    if (key.length > KEY_INLINE_BYTES_MAX) externalBytes += key.length
    if (db.encoding(address) !== ENCODING_OBJECT) return
    const object = db.object(address)
    object.check?.()
    arenaBytes += object.arenaBytes ?? 0
    externalBytes += object.externalBytes
  })
  const expect = (what: string, is: number, should: number): void => {
    if (is !== should) throw new Error(`database ${db.index}: ${what} ${is}, but its keys make ${should}`)
  }
  expect('size is', db.size, keys)
  expect("the objects' bytes are", db.objectBytes, externalBytes)
  expect("the arena's used bytes are", db.arena.usedBytes, arenaBytes)
}
