/**
 * Engine: databases, sessions, commands and modules, put together. It knows no sockets and no files.
 *
 *     Session.feed --request--> Dispatcher: find command -> checks -> handler -> reply
 *     Clock.every  -----------> Upkeep: expiry, eviction, defragmentation, memory given back
 *
 * Everything runs on one thread, one command at a time; `nowMs` stands still while a batch of constant-time commands
 * runs.
 */

import { ReplyWriter } from '@kvasir/protocol'
import { Database } from '../keyspace/database.ts'
import { Eviction, initialLfuClock, lfuTouched, lruClock } from '../keyspace/eviction.ts'
import type { KeyspaceOwner } from '../keyspace/keyspace-owner.ts'
import type { Arena } from '../structures/arena.ts'
import { PREFETCH_MAX } from '../structures/hash-table.ts'
import { defaultLimits } from '../types/collection-limits.ts'
import type { ValueObject } from '../types/value-object.ts'
import { Acl } from './acl/acl.ts'
import { Blocking } from './blocking.ts'
import { Call } from './call.ts'
import { ClientBuffers } from './client-buffers.ts'
import { ClientEviction } from './client-eviction.ts'
import { CommandTable } from './command-table.ts'
import { ConfigRegistry } from './config/registry.ts'
import { Lease } from './context.ts'
import { Dispatcher } from './dispatcher.ts'
import { EVENT_EXPIRED, EVENT_GENERIC, EVENT_HASH, Events } from './events.ts'
import type { Clock, HostInfo, LogSink, Random } from './interfaces.ts'
import { followNotifyParameter } from './keyspace-notifications.ts'
import { ModuleHost } from './module-host.ts'
import { Observer } from './observation/observer.ts'
import { putParametersInForce } from './parameters-in-force.ts'
import { Pause } from './pause.ts'
import { PubSub } from './pubsub.ts'
import { Pushes } from './pushes.ts'
import { SESSION_BYTES, Session } from './session.ts'
import { Stats } from './stats.ts'
import { Tracking } from './tracking.ts'
import { Transactions } from './transactions.ts'
import type { Transport } from './transport.ts'
import { Upkeep } from './upkeep.ts'

export interface EngineOptions {
  readonly clock: Clock
  readonly random: Random
  readonly log?: LogSink
  readonly host?: HostInfo
}

/** What SHUTDOWN or a signal asks for. */
export interface ShutdownRequest {
  /** Whether the dataset is saved first; left out: when save points are configured. */
  readonly save?: boolean
  /** Do not wait for lagging replicas. */
  readonly now?: boolean
  /** Go even when saving fails. */
  readonly force?: boolean
  /** The client that asked, for the log: `id=7 addr=...`. */
  readonly client?: string
}

/** Where replies to nobody go. */
const NO_TRANSPORT: Transport = {
  kind: 'memory',
  address: '',
  localAddress: '',
  descriptor: -1,
  queuedBytes: 0,
  send: () => false,
  close() {},
}

/** What an engine without keys holds, for used_memory. */
const BASE_BYTES = 1_000_000

export class Engine implements KeyspaceOwner {
  readonly clock: Clock
  readonly random: Random
  readonly log: LogSink
  readonly host: HostInfo
  readonly config: ConfigRegistry
  readonly observer: Observer
  readonly acl: Acl
  readonly commands = new CommandTable()
  readonly events = new Events()
  readonly stats = new Stats()
  readonly modules: ModuleHost
  readonly eviction: Eviction
  readonly dispatcher: Dispatcher
  readonly upkeep: Upkeep
  readonly blocking = new Blocking(this)
  readonly transactions = new Transactions(this)
  readonly pushes = new Pushes(this)
  readonly pubsub = new PubSub(this)
  readonly tracking = new Tracking(this)
  readonly pause = new Pause(this)
  readonly sessions = new Map<number, Session>()
  readonly clientBuffers = new ClientBuffers()
  readonly clientEviction = new ClientEviction(this)
  /** Replies of the turn; a session sends its part at the end of `feed`. */
  readonly reply = new ReplyWriter()
  /** Scratch space of `Call.prefetchKeys`. */
  readonly prefetchHashes = new Int32Array(PREFETCH_MAX)
  readonly runId: string
  readonly startedMs: number

  nowMs: number
  accessClock = 0
  readonly seedLow: number
  readonly seedHigh: number
  readonly limits = defaultLimits()
  canDeleteExpired = true
  /** `import-mode`: keys come from elsewhere, and go when that says so. */
  importMode = false
  /** DEBUG SET-ACTIVE-EXPIRE. */
  activeExpire = true
  /** How long keys whose time is over are deleted before requests have their turn again. */
  expireBudgetUs = 250
  /** DEBUG PAUSE-CRON. */
  cronPaused = false
  /** DEBUG SET-SKIP-CHECKSUM-VALIDATION: RESTORE and loading do not look at checksums. */
  skipsChecksums = false
  /** DEBUG CLIENT-ENFORCE-REPLY-LIST: output limits look at replies as if they had to wait. */
  repliesCountAsWaiting = false
  /** Changes of keys since the last save. */
  dirty = 0
  lastSaveMs: number
  /** What replicas know this dataset's history by; DEBUG CHANGE-REPL-ID makes a new one. */
  replicationId: string
  /** Whether clients must log in: the default user is off, or has a password. */
  authRequired = false
  bulkBytesMax = 512 * 1024 * 1024
  queryBufferBytesMax = 1024 * 1024 * 1024
  /**
   * Replies of this size and more are shown to `onLargeOutput` before they are sent: the least of the output limits.
   */
  outputCheckBytes = Number.POSITIVE_INFINITY
  /** Set by the host. @returns true when it has ended the session for the size of its replies */
  onLargeOutput: ((session: Session, bytes: number) => boolean) | undefined
  maxmemoryBytes = 0
  /** How long one command may evict before it goes on with the rest later. */
  evictBudgetUs = 500
  closed = false
  /**
   * Ends the server around the engine; set by the host. The command that calls it sends no reply when the answer is
   * undefined: the connection ends with the process.
   * @returns why it cannot be, as an error reply
   */
  onShutdownRequest: ((request: ShutdownRequest) => string | undefined) | undefined

  readonly #databases: (Database | undefined)[] = []
  #nextSessionId = 1
  #monotonicOffsetUs: number
  #listenerSession: Session | undefined

  constructor(options: EngineOptions) {
    this.clock = options.clock
    this.random = options.random
    this.log = options.log ?? (() => {})
    this.host = options.host ?? {}
    this.seedLow = this.random.next() | 0
    this.seedHigh = this.random.next() | 0
    this.nowMs = this.clock.nowMs()
    this.startedMs = this.nowMs
    this.lastSaveMs = this.nowMs
    this.#monotonicOffsetUs = this.nowMs * 1000 - this.clock.monotonicUs()
    this.runId = this.newId()
    this.replicationId = this.newId()
    this.config = new ConfigRegistry()
    this.observer = new Observer(this.config, this)
    this.acl = new Acl(this)
    this.eviction = new Eviction(
      { policy: 'noeviction', samples: 5, lfuLogFactor: 10, lfuDecayMinutes: 1 },
      () => this.databases(),
      () => this.random.next(),
    )
    this.modules = new ModuleHost(this)
    this.dispatcher = new Dispatcher(this, this.reply)
    this.setDatabases(16)
    this.updateAccessClock()
    this.upkeep = new Upkeep(this)
    putParametersInForce(this)
    followNotifyParameter(this)
  }

  /** Microseconds since 1970: the wall clock's milliseconds, with the digits below them from the monotonic clock. */
  nowUs(): number {
    const startUs = this.clock.nowMs() * 1000
    const monotonicUs = this.clock.monotonicUs()
    const us = Math.min(Math.max(monotonicUs + this.#monotonicOffsetUs, startUs), startUs + 999)
    this.#monotonicOffsetUs = us - monotonicUs
    return Math.floor(us)
  }

  /** 40 hexadecimal digits, unlike any others. */
  newId(): string {
    return Array.from({ length: 5 }, () => this.random.next().toString(16).padStart(8, '0')).join('')
  }

  // --- databases
  // -------------------------------------------------------------------------------------------------------

  get databaseCount(): number {
    return this.#databases.length
  }

  /** Before any key exists. */
  setDatabases(count: number): void {
    this.#databases.length = 0
    for (let i = 0; i < count; i++) this.#databases.push(undefined)
  }

  /** A database by its number, made when first asked for. */
  db(index: number): Database {
    return this.#databases[index] ?? this.#openDatabase(index)
  }

  #openDatabase(index: number): Database {
    const db = new Database(index, this)
    this.#databases[index] = db
    return db
  }

  /** The databases that were ever used. */
  *databases(): Generator<Database> {
    for (const db of this.#databases) if (db !== undefined) yield db
  }

  swapDatabases(a: number, b: number): void {
    if (a === b) return
    const first = this.db(a)
    const second = this.db(b)
    this.transactions.databaseReplaced(first, second)
    this.transactions.databaseReplaced(second, first)
    first.index = b
    second.index = a
    this.#databases[a] = second
    this.#databases[b] = first
    this.blocking.databaseChanged(a)
    this.blocking.databaseChanged(b)
    this.events.emitEngine({ event: 'swapped', db: a, withDb: b })
  }

  /** @param index -1 for all. @returns keys removed */
  flush(index: number): number {
    let removed = 0
    for (const db of this.databases()) {
      if (index >= 0 && db.index !== index) continue
      removed += db.size
      this.transactions.databaseReplaced(db)
      db.clear()
      this.blocking.databaseChanged(db.index)
    }
    this.tracking.flushed()
    this.events.emitEngine({ event: 'flushed', db: index })
    return removed
  }

  // --- KeyspaceOwner
  // ---------------------------------------------------------------------------------------------------

  get seesExpired(): boolean {
    return this.importMode && this.dispatcher.runningSession?.importSource === true
  }

  onExpire(db: Database, key: Uint8Array): void {
    this.stats.expiredKeys++
    this.keyGone(db, key, EVENT_EXPIRED, 'expired')
  }

  onElementsExpire(db: Database, key: Uint8Array, count: number, isEmptied: boolean): void {
    this.stats.expiredFields += count
    this.keyGone(db, key, EVENT_HASH, 'hexpired')
    if (isEmptied) this.keyGone(db, key, EVENT_GENERIC, 'del')
  }

  keyGone(db: Database, key: Uint8Array, eventClass: number, event: string): void {
    this.#changed(db, key, 0, key.length, undefined)
    if (this.events.wanted(eventClass)) this.events.emit(eventClass, event, db, key, 0, key.length)
  }

  freeFailed(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.stats.unexpectedErrors++
    this.log('warning', `A data type's free() threw: ${text}`)
  }

  touched(clock: number): number {
    if (!this.eviction.usesLfu) return this.accessClock
    return lfuTouched(clock, this.nowMs, this.eviction.parameters, this.random.next())
  }

  discard(arena: Arena): void {
    this.upkeep.discard(arena)
  }

  free(object: ValueObject): void {
    this.upkeep.free(object)
  }

  /** The command that runs gave a key another value, or took it away. */
  keyChanged(db: Database, keyBuf: Uint8Array, keyStart: number, keyLength: number): void {
    this.#changed(db, keyBuf, keyStart, keyLength, this.tracking.isOn ? this.dispatcher.runningSession : undefined)
  }

  /** @param by whom; undefined when it was nobody, as when a key's time is over */
  #changed(db: Database, keyBuf: Uint8Array, keyStart: number, keyLength: number, by: Session | undefined): void {
    this.changedAside(db, keyBuf, keyStart, keyLength)
    this.transactions.keyChanged(db, keyBuf, keyStart, keyLength)
    if (this.tracking.isOn) this.tracking.keyChanged(keyBuf, keyStart, keyLength, by)
  }

  /**
   * What a value has beside it changed, such as the groups of a stream. As in Valkey, clients that watch the key do not
   * hear of it.
   */
  changedAside(db: Database, keyBuf: Uint8Array, keyStart: number, keyLength: number): void {
    this.dirty++
    this.blocking.keyChanged(db, keyBuf, keyStart, keyLength)
  }

  // --- memory -------------------------------------------------------------------------------------------------------

  /** The most that `usedBytes` has found since the start; as in Valkey, CONFIG RESETSTAT leaves it alone. */
  peakBytes = 0

  /** Memory of the data, the clients and the engine, bytes: what `maxmemory` is compared with. */
  usedBytes(): number {
    let bytes = BASE_BYTES + this.clientBytes + this.tracking.bytes + this.pubsub.bytes
    for (const db of this.#databases) if (db !== undefined) bytes += db.usedBytes
    if (bytes > this.peakBytes) this.peakBytes = bytes
    return bytes
  }

  /** Memory of the clients, bytes, roughly: the sum of the sessions' `memoryBytes`, without a look at them. */
  get clientBytes(): number {
    const { sessions, clientBuffers, blocking, transactions, pubsub, tracking } = this
    const queued = transactions.queuedBytes + transactions.watchBytes
    const listening = pubsub.clientBytes + tracking.clientBytes
    return sessions.size * SESSION_BYTES + clientBuffers.bytes + blocking.bytes + queued + listening
  }

  /** What an engine without keys holds, bytes. */
  get startupBytes(): number {
    return BASE_BYTES
  }

  // --- sessions
  // --------------------------------------------------------------------------------------------------------

  createSession(transport: Transport): Session {
    this.nowMs = this.clock.nowMs()
    const session = new Session(this, this.#nextSessionId++, transport)
    this.sessions.set(session.id, session)
    this.stats.connectionsReceived++
    return session
  }

  forgetSession(session: Session): void {
    this.sessions.delete(session.id)
    this.clientBuffers.forget(session)
    this.blocking.forget(session)
    this.transactions.end(session)
    this.pubsub.forget(session)
    this.tracking.forget(session)
    this.pause.forget(session)
    this.observer.monitors.forget(session)
  }

  /** A pause or `import-mode` began or ended. */
  updateExpiry(): void {
    this.canDeleteExpired = this.pause.mode === undefined && !this.importMode
  }

  updateAccessClock(): void {
    this.accessClock = this.eviction.usesLfu ? initialLfuClock(this.nowMs) : lruClock(this.nowMs)
  }

  /** The eviction policy changed. */
  policyChanged(): void {
    this.eviction.reset()
    this.updateAccessClock()
  }

  /** A session without a client, number 0, for what modules and the embedder run. */
  internalSession(dbIndex = 0): Session {
    const session = new Session(this, 0, NO_TRANSPORT)
    session.dbIndex = dbIndex
    return session
  }

  /** A context outside any client's command, for modules' listeners and timers. */
  leaseContext(module: string, dbIndex: number): Lease {
    const call = new Call(this, this.reply)
    this.#listenerSession ??= this.internalSession()
    call.session = this.#listenerSession
    call.db = this.db(dbIndex)
    return new Lease(call, module)
  }

  /** Ends sessions and clockwork. The engine cannot be used afterwards. */
  close(): void {
    if (this.closed) return
    this.closed = true
    this.upkeep.stop()
    this.pause.stop()
    this.observer.hotKeys.stop()
    for (const session of [...this.sessions.values()]) session.end(false)
    this.modules.close()
  }
}
