/**
 * Call: one command being run. Engines keep a few of these and use them again, so a handler must not hold on to one.
 *
 * Arguments are positions in `buf` (the receive buffer); index 0 is the command's name.
 */

import type { Context, DataType, RawCall } from '@kvasir/module-api'
import type { ReplyWriter } from '@kvasir/protocol'
import type { Database } from '../keyspace/database.ts'
import { TYPE_MODULE, TYPE_STRING } from '../keyspace/entry.ts'
import { equalsToken, latin1 } from '../structures/bytes.ts'
import { parseInt64, parseSafeInteger } from '../structures/decimal.ts'
import { PREFETCH_MAX } from '../structures/hash-table.ts'
import type { ModuleValue } from '../types/module-value.ts'
import type { Command } from './command.ts'
import { Lease, moduleValueAt } from './context.ts'
import type { Engine } from './engine.ts'
import { ERRORS } from './errors.ts'
import { EVENT_EXPIRED, EVENT_GENERIC, EVENT_MISS, EVENT_MODULE, EVENT_NEW } from './events.ts'
import type { Session } from './session.ts'

export class Call implements RawCall {
  readonly engine: Engine
  readonly reply: ReplyWriter
  session!: Session
  db!: Database
  command!: Command
  buf: Uint8Array = new Uint8Array(0)
  starts: Int32Array = new Int32Array(0)
  lengths: Int32Array = new Int32Array(0)
  argc = 0
  /** Argument whose hash is known, because it was prefetched with its batch; 0 for none. */
  hashedIndex = 0
  hash = 0
  #lease: Lease | undefined

  constructor(engine: Engine, reply: ReplyWriter) {
    this.engine = engine
    this.reply = reply
  }

  /** Whether the client can wait: not within a transaction, a script, or a command that a module calls. */
  get mayBlock(): boolean {
    return this.engine.dispatcher.depth === 1 && this.session.id > 0
  }

  /** Whether what it writes goes to its client as it is: not within a script, or a command that a module calls. */
  get answersClient(): boolean {
    return this.reply.outlet === this.session
  }

  /** What modules' handlers get; made when first asked for. Whoever runs a handler that may ask ends it behind it. */
  get context(): Context {
    this.#lease ??= new Lease(this)
    return this.#lease.context
  }

  endContext(): void {
    this.#lease?.end()
    this.#lease = undefined
  }

  // --- arguments
  // -------------------------------------------------------------------------------------------------------

  argStart(index: number): number {
    return this.starts[index]
  }

  argLength(index: number): number {
    return this.lengths[index]
  }

  argBytes(index: number): Uint8Array {
    const start = this.starts[index]
    return this.buf.slice(start, start + this.lengths[index])
  }

  /** The bytes where they lie, for as long as the command runs. */
  argView(index: number): Uint8Array {
    const start = this.starts[index]
    return this.buf.subarray(start, start + this.lengths[index])
  }

  /** One character per byte: for names and error texts. */
  argLatin1(index: number): string {
    return latin1(this.buf, this.starts[index], this.lengths[index])
  }

  /** Whether an argument is this token, in any case. @param token in lower case */
  argIs(index: number, token: string): boolean {
    return equalsToken(this.buf, this.starts[index], this.lengths[index], token)
  }

  /** Whether two arguments are the same bytes. */
  sameArguments(a: number, b: number): boolean {
    const { buf, starts, lengths } = this
    if (lengths[a] !== lengths[b]) return false
    for (let i = 0; i < lengths[a]; i++) if (buf[starts[a] + i] !== buf[starts[b] + i]) return false
    return true
  }

  /** A whole number within ±2^53, or NaN. */
  argInteger(index: number): number {
    return parseSafeInteger(this.buf, this.starts[index], this.lengths[index])
  }

  /** A whole number of 64 bits, or undefined. */
  argInt64(index: number): bigint | undefined {
    return parseInt64(this.buf, this.starts[index], this.lengths[index])
  }

  /** Hash of a key argument. */
  #hashOf(index: number): number {
    if (index === this.hashedIndex) return this.hash
    return this.db.table.hash(this.buf, this.starts[index], this.lengths[index])
  }

  // --- keys: each takes the index of a key argument
  // ----------------------------------------------------------------------

  /**
   * For commands with many keys: fetches the memory that the next keys lead to, all together, when `index` is the first
   * of a batch of them. To be called ahead of each look-up.
   * @param first index of the command's first key, `step` from one to the next, `end` behind the last
   */
  prefetchKeys(index: number, first: number, step: number, end: number): void {
    if (((index - first) / step) % PREFETCH_MAX !== 0) return
    const { table } = this.db
    const hashes = this.engine.prefetchHashes
    let count = 0
    for (let i = index; i < end && count < PREFETCH_MAX; i += step) {
      hashes[count++] = table.hash(this.buf, this.starts[i], this.lengths[i])
    }
    if (count > 1) table.prefetch(hashes, count)
  }

  /** The key's entry for a command that reads it, or 0: counts the hit or miss and notes the access. */
  lookupRead(index: number): number {
    const address = this.lookupQuietly(index)
    if (address !== 0 && !this.session.noTouch) this.db.touch(address)
    return address
  }

  /** As `lookupRead`, for commands that ask about a key without using it: the access is not noted. */
  lookupQuietly(index: number): number {
    const { db, engine } = this
    const address = db.lookupHashed(this.#hashOf(index), this.buf, this.starts[index], this.lengths[index])
    if (address === 0) {
      engine.stats.keyspaceMisses++
      if (engine.events.wanted(EVENT_MISS)) this.notify(EVENT_MISS, 'keymiss', index)
      return 0
    }
    engine.stats.keyspaceHits++
    return address
  }

  /** The key's entry for a command that may change it, or 0. */
  lookupWrite(index: number): number {
    const { db } = this
    const address = db.lookupWriteHashed(this.#hashOf(index), this.buf, this.starts[index], this.lengths[index])
    if (address !== 0 && !this.session.noTouch) db.touch(address)
    return address
  }

  /** As `lookupWrite`, and answers WRONGTYPE unless the key is missing or a string. @returns -1 after the error */
  lookupWriteString(index: number): number {
    return this.lookupWriteAs(index, TYPE_STRING)
  }

  /** As `lookupRead`, and answers WRONGTYPE unless the key is missing or a string. @returns -1 after the error */
  lookupReadString(index: number): number {
    return this.lookupReadAs(index, TYPE_STRING)
  }

  /** As `lookupWrite`, and answers WRONGTYPE unless the key is missing or of this type. @returns -1 after the error */
  lookupWriteAs(index: number, type: number): number {
    const address = this.lookupWrite(index)
    if (address === 0 || this.db.type(address) === type) return address
    this.reply.error(ERRORS.wrongType)
    return WRONG_TYPE
  }

  /** As `lookupRead`, and answers WRONGTYPE unless the key is missing or of this type. @returns -1 after the error */
  lookupReadAs(index: number, type: number): number {
    const address = this.lookupRead(index)
    if (address === 0 || this.db.type(address) === type) return address
    this.reply.error(ERRORS.wrongType)
    return WRONG_TYPE
  }

  /**
   * The key's entry again, or 0, for a change after `lookupRead`: a listener may have moved it, and a running snapshot
   * wants it first. The access was noted already.
   */
  lookupAgain(index: number): number {
    return this.db.lookupWriteHashed(this.#hashOf(index), this.buf, this.starts[index], this.lengths[index])
  }

  /** Gives the key just looked up a string value: the bytes of another argument. */
  putString(address: number, index: number, valueIndex: number, expiryMs: number): void {
    this.db.putString(
      address,
      this.buf,
      this.starts[index],
      this.lengths[index],
      this.buf,
      this.starts[valueIndex],
      this.lengths[valueIndex],
      expiryMs,
    )
    if (address === 0) this.created(index)
  }

  /**
   * Tells that a key is new, ahead of the event that says what made it. Handlers that create keys by `db.put` call it.
   */
  created(index: number): void {
    if (this.engine.events.wanted(EVENT_NEW)) this.notify(EVENT_NEW, 'new', index)
  }

  /** Deletes the key just looked up, by its entry, because the time that it was given is over already. */
  expireKey(address: number, index: number): void {
    this.db.removeFound(address)
    this.engine.stats.expiredKeys++
    this.changed(EVENT_EXPIRED, 'expired', index)
  }

  /** Deletes the key just looked up, by its entry. */
  deleteKey(address: number, index: number): void {
    this.db.removeFound(address)
    this.changed(EVENT_GENERIC, 'del', index)
  }

  /**
   * Takes out a collection that has no elements left. The caller then tells of what emptied it, and calls `keyEmptied`.
   */
  removeEmptied(index: number): void {
    this.db.removeFound(this.lookupAgain(index))
  }

  value<T>(index: number, type: DataType<T>): T | undefined {
    const address = this.command.isWrite ? this.lookupWrite(index) : this.lookupRead(index)
    return address === 0 ? undefined : (moduleValueAt(this.db, address, type.name).value as T)
  }

  valueChanged(index: number, event: string, changed?: readonly string[]): void {
    const { db } = this
    const address = this.lookupAgain(index)
    if (address === 0 || db.type(address) !== TYPE_MODULE) return
    const value = db.object(address) as ModuleValue
    const before = value.externalBytes
    value.measure()
    db.accountObject(value, before)
    this.engine.keyChanged(db, this.buf, this.starts[index], this.lengths[index])
    if (!this.engine.events.wanted(EVENT_MODULE)) return
    this.engine.events.emit(EVENT_MODULE, event, db, this.buf, this.starts[index], this.lengths[index], changed)
  }

  /** Says that a key changed: watchers and persistence hear of it, and subscribers get the event. */
  changed(eventClass: number, event: string, index: number): void {
    this.engine.keyChanged(this.db, this.buf, this.starts[index], this.lengths[index])
    if (this.engine.events.wanted(eventClass)) this.notify(eventClass, event, index)
  }

  /**
   * As `changed`, for what a value has beside it: clients that watch the key do not hear of it.
   * @param event undefined for a change that has none
   */
  changedAside(eventClass: number, event: string | undefined, index: number): void {
    this.engine.changedAside(this.db, this.buf, this.starts[index], this.lengths[index])
    if (event !== undefined && this.engine.events.wanted(eventClass)) this.notify(eventClass, event, index)
  }

  /** Tells that a key went with the change that was told of just now: an event, but no second change. */
  keyEmptied(index: number): void {
    if (this.engine.events.wanted(EVENT_GENERIC)) this.notify(EVENT_GENERIC, 'del', index)
  }

  notify(eventClass: number, event: string, index: number): void {
    this.engine.events.emit(eventClass, event, this.db, this.buf, this.starts[index], this.lengths[index])
  }

  /** Answers with an error. @returns undefined, so that a function which parses arguments can end with it */
  refuse(text: string): undefined {
    this.reply.error(text)
    return undefined
  }

  syntaxError(): undefined {
    return this.refuse(ERRORS.syntax)
  }
}

/** Never a valid address: those below RESERVED_UNITS are not given out, nor is the last unit of the last page. */
export const WRONG_TYPE = -1
