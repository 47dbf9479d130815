/**
 * Transactions: what MULTI queues until EXEC, and the keys that WATCH looks at.
 *
 *     session.transaction   the queued requests, and whether one of them was refused
 *     watchers              sessions by database number and key
 *
 * A session whose watched key changed, was flushed away or swapped, or whose time is over since, gets a nil for EXEC.
 * Costs one comparison a change while nobody watches.
 */

import type { Database } from '../keyspace/database.ts'
import { latin1 } from '../structures/bytes.ts'
import { parseSafeInteger } from '../structures/decimal.ts'
import type { Call } from './call.ts'
import type { Engine } from './engine.ts'
import { keyName, parseKeyName } from './key-name.ts'
import type { Session } from './session.ts'
import type { StoredRequest } from './stored-request.ts'

/** What a watched key takes besides its name; roughly. */
const WATCHED_KEY_BYTES = 96

/** What a session has queued since MULTI. */
export class Transaction {
  readonly requests: StoredRequest[] = []
  /** Bytes of the requests, roughly. */
  bytes = 0
  /** The database that a SELECT among the requests leaves selected: where those behind it will run. */
  dbIndex: number
  /** A request was refused while it was queued: EXEC will refuse all. */
  isBroken = false

  constructor(dbIndex: number) {
    this.dbIndex = dbIndex
  }

  /** Whether one of the requests is refused when there is no memory. */
  get mayGrow(): boolean {
    return this.requests.some(({ command }) => command.flags.has('denyoom'))
  }
}

interface Watched {
  /** Memory of its own, roughly. */
  bytes: number
  /** By name; whether the key's time was over already when it was watched. */
  readonly keys: Map<string, boolean>
  isChanged: boolean
}

export class Transactions {
  readonly #engine: Engine
  /** Sessions by what they watch, as `keyName` has it. */
  readonly #watchers = new Map<string, Set<Session>>()
  readonly #watched = new Map<Session, Watched>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Sessions that watch keys, and keys that are watched. */
  get sessionCount(): number {
    let count = 0
    for (const { keys } of this.#watched.values()) if (keys.size > 0) count++
    return count
  }

  get keyCount(): number {
    return this.#watchers.size
  }

  /** Bytes of all queued requests: a part of the memory that `maxmemory` is about. */
  queuedBytes = 0
  /** Memory of watched keys, bytes; roughly. */
  watchBytes = 0

  begin(session: Session): void {
    session.transaction = new Transaction(session.dbIndex)
  }

  queue(transaction: Transaction, request: StoredRequest): void {
    transaction.requests.push(request)
    if (request.command.fullName === 'select') this.#selected(transaction, request)
    transaction.bytes += request.bytes
    this.queuedBytes += request.bytes
  }

  /** What is no database, SELECT will refuse. */
  #selected(transaction: Transaction, { buf, starts, lengths }: StoredRequest): void {
    const index = parseSafeInteger(buf, starts[1], lengths[1])
    if (index >= 0 && index < this.#engine.databaseCount) transaction.dbIndex = index
  }

  /** A request was refused: EXEC will refuse all, and what is queued is not needed any more. */
  break(transaction: Transaction): void {
    transaction.isBroken = true
    this.queuedBytes -= transaction.bytes
    transaction.bytes = 0
    transaction.requests.length = 0
  }

  /** Ends a session's transaction, and its watching. @returns the transaction, with what was queued */
  end(session: Session): Transaction | undefined {
    const { transaction } = session
    if (transaction !== undefined) this.queuedBytes -= transaction.bytes
    session.transaction = undefined
    this.unwatch(session)
    return transaction
  }

  /** How many keys a session watches. */
  watchedBy(session: Session): number {
    return this.#watched.get(session)?.keys.size ?? 0
  }

  /** What a session's watched keys take, bytes; roughly. */
  watchBytesOf(session: Session): number {
    return this.#watched.get(session)?.bytes ?? 0
  }

  watch(call: Call, index: number): void {
    const { session, db } = call
    const name = keyName(db.index, call.argLatin1(index))
    const watched = this.#watched.get(session) ?? { bytes: 0, keys: new Map(), isChanged: false }
    this.#watched.set(session, watched)
    // Nothing can save the transaction any more.
    if (watched.isChanged || watched.keys.has(name)) return
    watched.keys.set(name, isOver(db, call.argBytes(index)))
    watched.bytes += WATCHED_KEY_BYTES + name.length
    this.watchBytes += WATCHED_KEY_BYTES + name.length
    const sessions = this.#watchers.get(name)
    if (sessions === undefined) this.#watchers.set(name, new Set([session]))
    else sessions.add(session)
  }

  unwatch(session: Session): void {
    const watched = this.#watched.get(session)
    if (watched === undefined) return
    this.#watched.delete(session)
    this.#forgetKeys(session, watched)
  }

  #forgetKeys(session: Session, watched: Watched): void {
    this.watchBytes -= watched.bytes
    watched.bytes = 0
    for (const name of watched.keys.keys()) {
      const sessions = this.#watchers.get(name)
      sessions?.delete(session)
      if (sessions?.size === 0) this.#watchers.delete(name)
    }
    watched.keys.clear()
  }

  keyChanged(db: Database, buf: Uint8Array, start: number, length: number): void {
    if (this.#watchers.size === 0) return
    const name = keyName(db.index, latin1(buf, start, length))
    if (this.#watchers.has(name)) this.#touch(name, db.find(buf, start, length) === 0)
  }

  /** The keys of a database are about to go, and to be those of another one, if there is one. */
  databaseReplaced(db: Database, by?: Database): void {
    for (const [name, sessions] of this.#watchers) {
      const { dbIndex, key } = parseKeyName(name)
      if (dbIndex !== db.index) continue
      const isThere = db.find(key, 0, key.length) !== 0
      const willBeThere = by !== undefined && by.find(key, 0, key.length) !== 0
      const willBeOver = willBeThere && isOver(by, key)
      for (const session of sessions) {
        const watched = this.#watched.get(session) as Watched
        const wasThere = isThere && watched.keys.get(name) === false
        if (wasThere || willBeThere !== willBeOver) watched.isChanged = true
        else watched.keys.set(name, willBeOver)
      }
    }
  }

  #touch(name: string, isGone: boolean): void {
    for (const session of this.#watchers.get(name) ?? []) {
      const watched = this.#watched.get(session) as Watched
      // A key whose time was over already did not exist for those who watch it.
      if (isGone && watched.keys.get(name) === true) watched.keys.set(name, false)
      else {
        watched.isChanged = true
        this.#forgetKeys(session, watched)
      }
    }
  }

  /** Whether it is known already that EXEC will find a key changed. */
  isDirty(session: Session): boolean {
    return this.#watched.get(session)?.isChanged === true
  }

  /** Whether a key that the session watches is not what it was. */
  isChanged(session: Session): boolean {
    const watched = this.#watched.get(session)
    if (watched === undefined) return false
    if (watched.isChanged) return true
    for (const [name, wasOver] of watched.keys) {
      const { dbIndex, key } = parseKeyName(name)
      if (!wasOver && isOver(this.#engine.db(dbIndex), key)) return true
    }
    return false
  }
}

/** Whether a key is there whose time is over. */
function isOver(db: Database, key: Uint8Array): boolean {
  const address = db.find(key, 0, key.length)
  return address !== 0 && db.isExpired(address)
}
