/**
 * Engine: databases, sessions, commands and the clockwork between them. It knows no sockets and no files.
 *
 *     Session.feed --request--> dispatch: find command -> arity -> checks -> handler -> reply
 *     Clock.every  -----------> cron: expiry, defragmentation, memory given back
 *
 * Everything runs on one thread, one command at a time; `nowMs` stands still while a batch of fast commands runs.
 */

import type { CommandArgument, Context, ReplyValue } from '@kvasir/module-api'
import { ReplyWriter, RequestParser } from '@kvasir/protocol'
import { Database, type KeyspaceOwner } from '../keyspace/database.ts'
import { Eviction, initialLfuClock, lfuTouched, lruClock } from '../keyspace/eviction.ts'
import type { Arena } from '../structures/arena.ts'
import { latin1 } from '../structures/bytes.ts'
import { Call } from './call.ts'
import { CHECK_AUTH, CHECK_OOM, CHECK_PROTECTED, type Command } from './command.ts'
import { CommandTable } from './command-table.ts'
import { ConfigRegistry } from './config.ts'
import { CommandContext } from './context.ts'
import { ERRORS, wrongArity } from './errors.ts'
import { EVENT_EVICTED, EVENT_EXPIRED, Events } from './events.ts'
import type { Clock, HostInfo, LogSink, Random } from './interfaces.ts'
import { ModuleHost } from './module-host.ts'
import { putParametersInForce } from './parameters-in-force.ts'
import { protectedRefusal } from './protected-commands.ts'
import { RequestBatch } from './request-batch.ts'
import { encodeCommand, readReply } from './reply-value.ts'
import { REPLY_ON, REPLY_SKIP, REPLY_SKIP_NEXT, Session, type Transport } from './session.ts'
import { Stats } from './stats.ts'

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

const EXPIRE_STEPS = 64
/** Evictions between two looks at the clock. */
const EVICT_STEPS = 16
const CRON_INTERVAL_MS = 100
/** Per cron: at most 3 % of the time goes into moving blocks. */
const DEFRAG_BUDGET_US = 3000
/** A reply buffer that one large reply made bigger than this is given back. */
const REPLY_BYTES_KEPT = 1024 * 1024
/** What an engine without keys holds, for used_memory. */
const BASE_BYTES = 1_000_000

export class Engine implements KeyspaceOwner {
  readonly clock: Clock
  readonly random: Random
  readonly log: LogSink
  readonly host: HostInfo
  readonly config: ConfigRegistry
  readonly commands = new CommandTable()
  readonly events = new Events()
  readonly stats = new Stats()
  readonly modules: ModuleHost
  readonly eviction: Eviction
  readonly sessions = new Map<number, Session>()
  /** Replies of the turn; a session sends its part at the end of `feed`. */
  readonly reply = new ReplyWriter()
  readonly runId: string
  readonly startedMs: number

  nowMs: number
  accessClock = 0
  readonly seedLow: number
  readonly seedHigh: number
  readonly canDeleteExpired = true
  /** DEBUG SET-ACTIVE-EXPIRE. */
  activeExpire = true
  /** Per cron: how long it deletes keys whose time is over. */
  expireBudgetUs = 1000
  /** DEBUG PAUSE-CRON. */
  cronPaused = false
  /** Changes of keys since the last save. */
  dirty = 0
  lastSaveMs: number
  /** What replicas know this dataset's history by; DEBUG CHANGE-REPL-ID makes a new one. */
  replicationId: string
  authRequired = false
  bulkBytesMax = 512 * 1024 * 1024
  queryBufferBytesMax = 1024 * 1024 * 1024
  maxmemoryBytes = 0
  /** How long one command may evict before it goes on with the rest later. */
  evictBudgetUs = 500
  closed = false
  /**
   * Ends the server around the engine; set by the host. The command that calls it sends no reply when the answer is undefined: the
   * connection ends with the process.
   * @returns why it cannot be, as an error reply
   */
  onShutdownRequest: ((request: ShutdownRequest) => string | undefined) | undefined

  readonly #databases: (Database | undefined)[] = []
  #nextSessionId = 1
  readonly #batches: RequestBatch[] = []
  #prefetched: RequestBatch | undefined
  #prefetchedIndex = 0
  readonly #calls: Call[] = []
  #depth = 0
  #discarded: Arena[] = []
  #evictsSoon = false
  #monotonicOffsetUs: number
  /** Constant-time commands of this turn; the array keeps its size, because emptying it would allocate on every turn. */
  readonly #untimed: Command[] = []
  #untimedCount = 0
  #turnStartUs = 0
  #timedUs = 0
  #stopCron: () => void
  #internalSession: Session | undefined

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
    this.eviction = new Eviction(
      { policy: 'noeviction', samples: 5, lfuLogFactor: 10, lfuDecayMinutes: 1 },
      () => this.databases(),
      () => this.random.next(),
    )
    this.modules = new ModuleHost(this)
    this.setDatabases(16)
    this.#updateAccessClock()
    this.#stopCron = this.clock.every(CRON_INTERVAL_MS, () => this.cron())
    putParametersInForce(this)
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

  // --- databases -------------------------------------------------------------------------------------------------------

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
    first.index = b
    second.index = a
    this.#databases[a] = second
    this.#databases[b] = first
    this.events.emitEngine({ event: 'swapped', db: a, withDb: b })
  }

  /** @param index -1 for all. @returns keys removed */
  flush(index: number): number {
    let removed = 0
    for (const db of this.databases()) {
      if (index >= 0 && db.index !== index) continue
      removed += db.size
      db.clear()
    }
    this.events.emitEngine({ event: 'flushed', db: index })
    return removed
  }

  // --- KeyspaceOwner ---------------------------------------------------------------------------------------------------

  onExpire(db: Database, key: Uint8Array): void {
    this.stats.expiredKeys++
    this.#keyGone(db, key, EVENT_EXPIRED, 'expired')
  }

  #keyGone(db: Database, key: Uint8Array, eventClass: number, event: string): void {
    this.keyChanged(db, key, 0, key.length)
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
    this.#discarded.push(arena)
  }

  /** A key got another value, or went away. Later: watchers, trackers and the effect stream. */
  keyChanged(_db: Database, _keyBuf: Uint8Array, _keyStart: number, _keyLength: number): void {
    this.dirty++
  }

  // --- memory ----------------------------------------------------------------------------------------------------------

  /** Memory of the data and the engine, bytes: what `maxmemory` is compared with. */
  usedBytes(): number {
    let bytes = BASE_BYTES
    for (const db of this.#databases) if (db !== undefined) bytes += db.usedBytes
    if (bytes > this.stats.peakMemoryBytes) this.stats.peakMemoryBytes = bytes
    return bytes
  }

  /** What an engine without keys holds, bytes. */
  get startupBytes(): number {
    return BASE_BYTES
  }

  /**
   * Evicts until memory is below `maxmemory`, for at most `evictBudgetUs`; the rest is evicted between the turns.
   * @returns false when there is nothing left that could be evicted
   */
  freeMemory(): boolean {
    if (this.maxmemoryBytes === 0 || this.usedBytes() <= this.maxmemoryBytes) return true
    const endUs = this.clock.monotonicUs() + this.evictBudgetUs
    for (let step = 1; this.usedBytes() > this.maxmemoryBytes; step++) {
      const victim = this.eviction.next(this.nowMs)
      if (victim === undefined) return false
      const { db, key } = victim
      const address = db.find(key, 0, key.length)
      this.stats.evictedKeys++
      db.removeFound(address)
      this.#keyGone(db, key, EVENT_EVICTED, 'evicted')
      if (step % EVICT_STEPS === 0 && this.clock.monotonicUs() > endUs) {
        this.#freeMemorySoon()
        return true
      }
    }
    return true
  }

  #freeMemorySoon(): void {
    if (this.#evictsSoon) return
    this.#evictsSoon = true
    this.clock.soon(() => {
      this.#evictsSoon = false
      if (this.closed) return
      this.nowMs = this.clock.nowMs()
      this.freeMemory()
    })
  }

  // --- sessions --------------------------------------------------------------------------------------------------------

  createSession(transport: Transport): Session {
    this.nowMs = this.clock.nowMs()
    const session = new Session(this, this.#nextSessionId++, transport)
    this.sessions.set(session.id, session)
    this.stats.connectionsReceived++
    return session
  }

  forgetSession(session: Session): void {
    this.sessions.delete(session.id)
  }

  /** The batch of parsers; a feed inside another one (a module that is a client too) gets one of its own. */
  takeBatch(): RequestBatch {
    return this.#batches.pop() ?? new RequestBatch()
  }

  returnBatch(batch: RequestBatch): void {
    batch.shrink()
    this.#batches.push(batch)
  }

  /** The next `dispatch` is of this request of the batch. */
  usePrefetched(batch: RequestBatch, index: number): void {
    this.#prefetched = batch
    this.#prefetchedIndex = index
  }

  /** Looks at the clock: `nowMs` is the time that the turn's commands see. Returns nothing, as a double would be boxed. */
  beginTurn(): void {
    if (this.#depth === 0) {
      this.nowMs = this.clock.nowMs()
      this.#turnStartUs = this.clock.monotonicUs()
      this.#timedUs = 0
    }
  }

  endTurn(): void {
    if (this.#depth === 0 && this.#untimedCount > 0) this.#shareTime()
    if (this.reply.pos === 0 && this.reply.buf.length > REPLY_BYTES_KEPT) this.reply.buf = new Uint8Array(64 * 1024)
  }

  /**
   * Constant-time commands share the turn's time evenly: looking at the clock for each of them would cost a tenth of what
   * they take.
   */
  #shareTime(): void {
    const untimed = this.#untimed
    let calls = 0
    for (let i = 0; i < this.#untimedCount; i++) calls += untimed[i].untimedCalls
    const shareUs = Math.max(0, this.clock.monotonicUs() - this.#turnStartUs - this.#timedUs) / calls
    for (let i = 0; i < this.#untimedCount; i++) {
      untimed[i].timeUs += shareUs * untimed[i].untimedCalls
      untimed[i].untimedCalls = 0
    }
    this.#untimedCount = 0
  }

  // --- dispatch --------------------------------------------------------------------------------------------------------

  /** Runs the request that the parser found; its reply is behind `reply.pos` afterwards. */
  dispatch(session: Session, parser: RequestParser): void {
    const { reply } = this
    const mark = reply.pos
    const { buf, argStart, argLength, argc } = parser
    const batch = this.#prefetched
    const index = this.#prefetchedIndex
    this.#prefetched = undefined
    const ahead = batch !== undefined && batch.tableVersion === this.commands.version
    let command = ahead ? batch.commands[index] : this.commands.find(buf, argStart[0], argLength[0])
    if (command?.subcommands !== undefined && argc > 1) {
      command = command.subcommands.find(buf, argStart[1], argLength[1]) ?? command
    }
    const refusal = this.#refusal(session, command, parser)
    if (refusal !== undefined) {
      if (command !== undefined) command.rejectedCalls++
      reply.error(refusal)
      this.countError(refusal)
    } else {
      const call = this.#calls[this.#depth] ?? this.#newCall()
      call.session = session
      call.buf = buf
      call.starts = argStart
      call.lengths = argLength
      call.argc = argc
      call.hashedIndex = ahead ? batch.keyIndexes[index] : 0
      call.hash = ahead ? batch.hashes[index] : 0
      session.lastCommand = command
      this.run(call, command as Command)
      if (reply.pos > mark && reply.buf[mark] === 45) this.#countFailure(command as Command, mark)
    }
    if (session.replyMode !== REPLY_ON) this.#applyReplyMode(session, mark)
  }

  #newCall(): Call {
    const call = new Call(this, this.reply)
    this.#calls[this.#depth] = call
    return call
  }

  /** Runs a command on a call whose arguments and session are set. An exception is our bug: logged, and answered. */
  run(call: Call, command: Command): void {
    const { reply } = this
    const mark = reply.pos
    call.command = command
    call.db = this.db(call.session.dbIndex)
    this.#depth++
    const startUs = command.isConstantTime ? 0 : this.clock.monotonicUs()
    try {
      command.run(call)
    } catch (error) {
      reply.pos = mark
      this.#handlerThrew(command, error)
    }
    this.#depth--
    call.session.commands++
    command.calls++
    this.stats.commandsProcessed++
    if (command.isConstantTime) {
      if (command.untimedCalls++ === 0) this.#untimed[this.#untimedCount++] = command
    } else {
      const us = this.clock.monotonicUs() - startUs
      command.timeUs += us
      this.#timedUs += us
      if (this.#depth === 0) this.nowMs = this.clock.nowMs()
    }
  }

  #handlerThrew(command: Command, error: unknown): void {
    if (error instanceof Error && error.name === 'WrongTypeError') return this.reply.error(ERRORS.wrongType)
    if (error instanceof Error && error.name === 'ArenaFullError') return this.reply.error(ERRORS.outOfMemory)
    if (error instanceof RangeError && error.message.startsWith('Array buffer allocation')) {
      return this.reply.error(ERRORS.outOfMemory)
    }
    this.stats.unexpectedErrors++
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.log('warning', `Command ${command.fullName} of module ${command.module} threw: ${text}`)
    this.reply.error(`${ERRORS.internal} in '${command.fullName}'`)
  }

  /** Why a request is not run; undefined when it is. */
  #refusal(session: Session, command: Command | undefined, parser: RequestParser): string | undefined {
    const mayRun = session.authenticated || !this.authRequired
    if (!mayRun && (command === undefined || (command.checks & CHECK_AUTH) !== 0)) return ERRORS.noAuth
    if (command === undefined) return unknownCommand(parser)
    if (command.subcommands !== undefined && parser.argc > 1) return unknownSubcommand(command, parser)
    if (!command.arityFits(parser.argc)) return wrongArity(command.fullName)
    if (command.checks === 0) return undefined
    if ((command.checks & CHECK_PROTECTED) !== 0) {
      const refusal = protectedRefusal(this.config, session, command)
      if (refusal !== undefined) return refusal
    }
    if (this.maxmemoryBytes > 0 && !this.freeMemory() && (command.checks & CHECK_OOM) !== 0) return ERRORS.outOfMemory
    return undefined
  }

  /**
   * Runs a command inside another one, or for the embedder, with the engine's permissions: no AUTH, no ACL.
   * @returns its reply, as RESP3 values
   */
  callCommand(session: Session, words: readonly CommandArgument[]): ReplyValue {
    const { reply } = this
    const mark = reply.pos
    const resp = reply.resp
    const parser = new RequestParser()
    parser.bulkBytesMax = Number.MAX_SAFE_INTEGER
    const request = encodeCommand(words)
    parser.parse(request, request.length, true)
    const wasAuthenticated = session.authenticated
    const { replyMode } = session
    session.authenticated = true
    session.replyMode = REPLY_ON
    reply.resp = 3
    this.dispatch(session, parser)
    session.replyMode = replyMode
    session.authenticated = wasAuthenticated
    reply.resp = resp
    const value = readReply(reply.buf, mark, reply.pos)
    reply.pos = mark
    return value
  }

  /** A context outside any client's command, for modules' listeners and timers. */
  internalContext(module: string, dbIndex: number): Context {
    this.#internalSession ??= new Session(this, 0, NO_TRANSPORT)
    const call = new Call(this, this.reply)
    call.session = this.#internalSession
    call.session.dbIndex = dbIndex
    call.db = this.db(dbIndex)
    return new CommandContext(call, module)
  }

  #countFailure(command: Command, mark: number): void {
    command.failedCalls++
    const { buf, pos } = this.reply
    let end = mark + 1
    while (end < pos && buf[end] > 32) end++
    this.countError(latin1(buf, mark + 1, end - mark - 1))
  }

  /** @param text an error reply, or just its code */
  countError(text: string): void {
    const code = text.split(' ', 1)[0]
    this.stats.errorReplies++
    this.stats.errors.set(code, (this.stats.errors.get(code) ?? 0) + 1)
  }

  #applyReplyMode(session: Session, mark: number): void {
    if (session.replyMode === REPLY_SKIP_NEXT) {
      session.replyMode = REPLY_SKIP
      this.reply.pos = mark
    } else {
      this.reply.pos = mark
      if (session.replyMode === REPLY_SKIP) session.replyMode = REPLY_ON
    }
  }

  // --- clockwork -------------------------------------------------------------------------------------------------------

  /** Ten times a second: time, expiry, memory. */
  cron(): void {
    if (this.#depth > 0 || this.closed || this.cronPaused) return
    this.nowMs = this.clock.nowMs()
    this.#updateAccessClock()
    this.stats.sample(this.nowMs)
    if (this.activeExpire) this.expireDue(this.expireBudgetUs)
    this.#giveBack()
    this.#defragment()
    this.usedBytes()
  }

  setCronInterval(intervalMs: number): void {
    this.#stopCron()
    this.#stopCron = this.clock.every(intervalMs, () => this.cron())
  }

  #updateAccessClock(): void {
    this.accessClock = this.eviction.usesLfu ? initialLfuClock(this.nowMs) : lruClock(this.nowMs)
  }

  /** The eviction policy changed. */
  policyChanged(): void {
    this.eviction.reset()
    this.#updateAccessClock()
  }

  /** Deletes keys whose time is over for at most `budgetUs`, and goes on soon when there are more. */
  expireDue(budgetUs: number): void {
    const endUs = this.clock.monotonicUs() + budgetUs
    for (const db of this.databases()) {
      while (db.expireDue(EXPIRE_STEPS) >= EXPIRE_STEPS) {
        if (this.clock.monotonicUs() < endUs) continue
        this.stats.expiredTimeCapReached++
        this.clock.soon(() => {
          if (this.closed || !this.activeExpire) return
          this.nowMs = this.clock.nowMs()
          this.expireDue(budgetUs)
        })
        return
      }
    }
  }

  /** Arenas of flushed databases go back a segment at a time: unmapping one takes about a millisecond. */
  #giveBack(): void {
    const arena = this.#discarded.at(-1)
    if (arena === undefined) return
    if (!arena.dropLastSegment()) this.#discarded.pop()
    if (this.#discarded.length > 0) this.clock.soon(() => this.#giveBack())
  }

  #defragment(): void {
    const endUs = this.clock.monotonicUs() + DEFRAG_BUDGET_US
    for (const db of this.databases()) {
      while (this.clock.monotonicUs() < endUs && db.defragStep()) {}
    }
  }

  /** Ends sessions and clockwork. The engine cannot be used afterwards. */
  close(): void {
    if (this.closed) return
    this.closed = true
    this.#stopCron()
    for (const session of [...this.sessions.values()]) session.close(false)
    this.modules.close()
  }
}

function unknownCommand(parser: RequestParser): string {
  const { buf, argStart, argLength, argc } = parser
  let quoted = ''
  for (let i = 1; i < argc && quoted.length < 128; i++) {
    quoted += `'${latin1(buf, argStart[i], Math.min(argLength[i], 128 - quoted.length))}' `
  }
  const name = latin1(buf, argStart[0], Math.min(argLength[0], 128))
  return `ERR unknown command '${name}', with args beginning with: ${quoted}`
}

function unknownSubcommand(command: Command, parser: RequestParser): string {
  const name = latin1(parser.buf, parser.argStart[1], Math.min(parser.argLength[1], 128))
  return `ERR unknown subcommand '${name}'. Try ${command.fullName.toUpperCase()} HELP.`
}
