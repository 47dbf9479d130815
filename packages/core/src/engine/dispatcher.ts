/**
 * Dispatcher: runs one request after another. Find the command, check, run the handler, count.
 *
 *     Session.feed -> beginTurn -> dispatch ... dispatch -> endTurn
 *
 * Nothing here is asynchronous. A handler may run other commands (`callCommand`); each nested one has a `Call` of its
 * own.
 */

import { type CommandArgument, ReplyError, type ReplyValue } from '@kvasir/module-api'
import { dropBuffer, dropLargeBuffer, type ReplyWriter, RequestParser } from '@kvasir/protocol'
import { latin1 } from '../structures/bytes.ts'
import { isOutOfMemory } from '../structures/out-of-memory.ts'
import { Call } from './call.ts'
import { CHECK_AUTH, CHECK_OOM, CHECK_PROTECTED, CHECK_SUBSCRIBED, type Command } from './command.ts'
import type { Engine } from './engine.ts'
import { ERRORS, wrongArity } from './errors.ts'
import { type Observer, UNTIMED } from './observation/observer.ts'
import { protectedRefusal } from './protected-commands.ts'
import { isWebRequest, refusedToSubscriber, unknownCommand, unknownSubcommand } from './refusals.ts'
import { Remainder } from './remainder.ts'
import { encodeCommand, readReply } from './reply-value.ts'
import { RequestBatch } from './request-batch.ts'
import { REPLY_ON, REPLY_SKIP, REPLY_SKIP_NEXT, type Session } from './session.ts'
import { StoredRequest } from './stored-request.ts'
import type { Transaction } from './transactions.ts'

/** A reply buffer that one large reply made bigger than this is given back. */
const REPLY_BYTES_KEPT = 1024 * 1024
const REPLY_BYTES_FIRST = 64 * 1024
/** Buffers of cut requests that wait for the next one, 1 to 16 KB each. */
const REMAINDERS_KEPT = 64
/**
 * Most different codes of error replies that are counted, besides ERR: a client must not be able to fill memory with
 * them. As in Valkey, others share one more count.
 */
const ERROR_CODES_MAX = 128
const OTHER_CODES = 'ERRORSTATS_OVERFLOW'
const ERROR_CODE = /^\w[\w-]{0,63}$/
/** Commands that a transaction does not queue. */
const RUN_AT_ONCE: ReadonlySet<string> = new Set(['exec', 'discard', 'quit', 'reset'])
/** `nowMs` is looked at anew behind a command that ends so long after it was, microseconds. */
const CLOCK_AGE_MAX_US = 500
const NS_PER_US = 1000
/** Commands inside commands; deeper, they are taken for a circle. The stack must not end in the middle of a change. */
const DEPTH_MAX = 64

export class Dispatcher {
  readonly #engine: Engine
  readonly #observer: Observer
  /** Replies of the turn; a session sends its part at the end of `feed`. */
  readonly reply: ReplyWriter
  readonly #batches: RequestBatch[] = []
  readonly #remainders: Remainder[] = []
  #prefetched: RequestBatch | undefined
  #prefetchedIndex = 0
  readonly #calls: Call[] = []
  #depth = 0
  #turns = 0
  /**
   * Constant-time commands of this turn; the array keeps its size, because emptying it would allocate on every turn.
   */
  readonly #untimed: Command[] = []
  #untimedCount = 0
  #turnStartUs = 0
  /** When the clock of `nowMs` was looked at last. */
  #clockReadUs = 0
  #timedUs = 0
  /** What `commandsProcessed` was when the turn began. */
  #commandsBefore = 0

  constructor(engine: Engine, reply: ReplyWriter) {
    this.#engine = engine
    this.#observer = engine.observer
    this.reply = reply
  }

  /** Whether a command is running. */
  get busy(): boolean {
    return this.#depth > 0
  }

  /** Commands within commands that are running. */
  get depth(): number {
    return this.#depth
  }

  /** The session whose request runs, with all that it has run in turn. */
  get runningSession(): Session | undefined {
    return this.#depth > 0 ? this.#calls[0].session : undefined
  }

  /** Whether `endTurn` will be called. */
  get isInTurn(): boolean {
    return this.#turns > 0
  }

  /** The batch of parsers; a feed inside another one (a module that is a client too) gets one of its own. */
  takeBatch(): RequestBatch {
    return this.#batches.pop() ?? new RequestBatch()
  }

  returnBatch(batch: RequestBatch): void {
    batch.shrink()
    this.#batches.push(batch)
  }

  takeRemainder(): Remainder {
    const rest = this.#remainders.pop() ?? new Remainder()
    rest.clear(this.#engine.bulkBytesMax)
    return rest
  }

  returnRemainder(rest: Remainder): void {
    rest.clear(0)
    if (this.#remainders.length < REMAINDERS_KEPT) this.#remainders.push(rest)
  }

  /** The next `dispatch` is of this request of the batch. */
  usePrefetched(batch: RequestBatch, index: number): void {
    this.#prefetched = batch
    this.#prefetchedIndex = index
  }

  /**
   * Looks at the clock: `nowMs` is the time that the turn's commands see. Returns nothing, as a double would be boxed.
   */
  beginTurn(): void {
    if (this.#turns++ === 0) this.#engine.stats.turns++
    if (this.#depth === 0) {
      this.#engine.nowMs = this.#engine.clock.nowMs()
      this.#turnStartUs = this.#engine.clock.monotonicUs()
      this.#clockReadUs = this.#turnStartUs
      this.#timedUs = 0
      this.#commandsBefore = this.#engine.stats.commandsProcessed
    }
  }

  endTurn(): void {
    if (this.#depth === 0) {
      if (this.#untimedCount > 0) this.#shareTime()
      this.#noteTurn()
      this.#engine.tracking.broadcast()
      this.#engine.clientEviction.evict()
      this.#engine.pushes.deliverSoon()
      this.#engine.blocking.resume()
    }
    this.#turns--
    if (this.reply.pos > 0 || this.reply.buf.length <= REPLY_BYTES_KEPT) return
    dropBuffer(this.reply.buf)
    this.reply.buf = new Uint8Array(REPLY_BYTES_FIRST)
  }

  #noteTurn(): void {
    const { stats } = this.#engine
    stats.commandUs += this.#timedUs
    if (this.#timedUs > stats.turnUsMax) stats.turnUsMax = this.#timedUs
    this.#timedUs = 0
    const commands = stats.commandsProcessed - this.#commandsBefore
    if (commands > stats.turnCommandsMax) stats.turnCommandsMax = commands
  }

  /**
   * Constant-time commands share the turn's time evenly: looking at the clock for each of them would cost a tenth of
   * what they take.
   */
  #shareTime(): void {
    const untimed = this.#untimed
    let calls = 0
    for (let i = 0; i < this.#untimedCount; i++) calls += untimed[i].untimedCalls
    const allUs = Math.max(0, this.#engine.clock.monotonicUs() - this.#turnStartUs - this.#timedUs)
    const shareUs = allUs / calls
    for (let i = 0; i < this.#untimedCount; i++) {
      const command = untimed[i]
      const us = shareUs * command.untimedCalls
      command.timeUs += us
      this.#observer.took(command, Math.round(shareUs * NS_PER_US), command.untimedCalls)
      if (command.isOfModule) this.#observer.modules.took(command.module, command.fullName, us, allUs)
      command.untimedCalls = 0
    }
    this.#timedUs += allUs
    this.#untimedCount = 0
  }

  /** Runs the request that the parser found; its reply is behind `reply.pos` afterwards. */
  dispatch(session: Session, parser: RequestParser): void {
    const { reply } = this
    const { buf, argStart, argLength, argc } = parser
    const batch = this.#prefetched
    const index = this.#prefetchedIndex
    this.#prefetched = undefined
    const ahead = batch !== undefined && batch.tableVersion === this.#engine.commands.version
    let command = ahead ? batch.commands[index] : this.#engine.commands.find(buf, argStart[0], argLength[0])
    if (command?.subcommands !== undefined && argc > 1) {
      command = command.subcommands.find(buf, argStart[1], argLength[1]) ?? command
    }
    session.lastCommand = command
    const refusal = this.#refusal(session, command, parser)
    // Behind what the client gets because keys were evicted for its request.
    const mark = reply.pos
    const { spilledBytes } = reply
    if (refusal !== undefined) {
      this.#refuse(session, command, refusal)
    } else if (this.#engine.pause.mode !== undefined && this.#isHeld(session, command as Command)) {
      return
    } else if (
      session.transaction === undefined ||
      this.#depth > 0 ||
      !this.#queue(session.transaction, command as Command, parser)
    ) {
      const call = this.#calls[this.#depth] ?? this.#newCall()
      call.session = session
      call.buf = buf
      call.starts = argStart
      call.lengths = argLength
      call.argc = argc
      call.hashedIndex = ahead ? batch.keyIndexes[index] : 0
      call.hash = ahead ? batch.hashes[index] : 0
      this.run(call, command as Command)
      if (reply.pos > mark && reply.buf[mark] === 45 && reply.spilledBytes === spilledBytes) {
        this.#countFailure(command as Command, mark)
      }
    }
    if (session.replyMode !== REPLY_ON) this.#applyReplyMode(session, mark)
    if (this.#depth === 0 && this.#engine.blocking.hasReady) this.#engine.blocking.serve()
    // Not within a reply that goes to another command.
    if (session.pushes !== undefined && reply.outlet === session) this.#engine.pushes.writeBehindReply(session.pushes)
  }

  /** Whether the request waits for the end of a pause; what runs within a command does not. */
  #isHeld(session: Session, command: Command): boolean {
    return this.#depth === 0 && this.#engine.pause.holds(session, command)
  }

  /** Answers a request that is not run, and breaks the transaction that it came in; a refused EXEC ends it. */
  #refuse(session: Session, command: Command | undefined, refusal: string): void {
    let text = refusal
    if (command !== undefined) command.rejectedCalls++
    if (command?.fullName === 'exec') {
      text = `EXECABORT Transaction discarded because of: ${refusal.replace(/^ERR /, '')}`
      this.#engine.transactions.end(session)
    } else if (session.transaction !== undefined && this.#depth === 0) {
      this.#engine.transactions.break(session.transaction)
    }
    this.reply.error(text)
    this.countError(text)
    if (this.#depth === 0) this.#engine.tracking.commandOver(session, command)
  }

  /** Runs a request that waited, for a key or for EXEC; its checks were made when it came. */
  runStored(session: Session, request: StoredRequest): void {
    const { reply } = this
    const mark = reply.pos
    const { spilledBytes } = reply
    const call = this.#calls[this.#depth] ?? this.#newCall()
    call.session = session
    call.buf = request.buf
    call.starts = request.starts
    call.lengths = request.lengths
    call.argc = request.argc
    call.hashedIndex = 0
    if (request.command.isRemoved) reply.error(`ERR unknown command '${request.command.fullName}'`)
    else this.run(call, request.command)
    if (reply.pos > mark && reply.buf[mark] === 45 && reply.spilledBytes === spilledBytes) {
      this.#countFailure(request.command, mark)
    }
  }

  /** Keeps a request for EXEC, within a transaction. @returns false when it is to run at once */
  #queue(transaction: Transaction, command: Command, { buf, argStart, argLength, argc }: RequestParser): boolean {
    if (RUN_AT_ONCE.has(command.fullName)) return false
    if (command.flags.has('no_multi')) {
      this.#engine.transactions.break(transaction)
      const text = `ERR Command '${command.fullName}' not allowed inside a transaction`
      this.reply.error(text)
      command.rejectedCalls++
      this.countError(text)
      return true
    }
    if (!transaction.isBroken) {
      this.#engine.transactions.queue(transaction, new StoredRequest(command, buf, argStart, argLength, argc))
    }
    this.reply.simple('QUEUED')
    return true
  }

  #newCall(): Call {
    const call = new Call(this.#engine, this.reply)
    this.#calls[this.#depth] = call
    return call
  }

  /** Runs a command on a call whose arguments and session are set. */
  run(call: Call, command: Command): void {
    call.command = command
    call.db = this.#engine.db(call.session.dbIndex)
    this.#depth++
    if (this.#engine.events.hasChangeListeners && command.isWrite) {
      this.#engine.events.emitBefore(call, command)
      call.db = this.#engine.db(call.session.dbIndex)
    }
    const { reply } = this
    const observer = this.#observer
    const isTimed = !command.isConstantTime || observer.watches(call)
    const waited = call.session.blocked
    const mark = reply.pos + reply.spilledBytes
    let ns = UNTIMED
    if (isTimed) ns = this.#attemptTimed(call, command)
    else {
      this.#attempt(call, command)
      if (command.untimedCalls++ === 0) this.#untimed[this.#untimedCount++] = command
    }
    this.#depth--
    const { tracking } = call.session
    if (tracking !== undefined) this.#engine.tracking.commandRun(call, command, tracking, this.#depth === 0)
    if (observer.monitors.areThere && !waited) observer.monitors.show(call)
    // A command that waits is counted when it has its answer, and with what all its runs took.
    if (call.session.blocked && this.#depth === 0) {
      if (isTimed) ns = this.#engine.blocking.ran(call.session, ns)
      if (this.#engine.blocking.isWaiting(call.session)) return
      if (isTimed) command.timeUs += ns / NS_PER_US
    }
    const replyBytes = reply.pos + reply.spilledBytes - mark
    if (isTimed || replyBytes >= observer.largeReplyBytes) observer.ran(call, ns, replyBytes)
    this.countRun(call.session, command)
  }

  /** Counts a command that has its answer. */
  countRun(session: Session, command: Command): void {
    session.commands++
    command.calls++
    this.#engine.stats.commandsProcessed++
  }

  /**
   * An exception is our bug: logged, and answered. (A function of its own, because a double that lives across a `try`
   * is boxed: 16 bytes of garbage a command.)
   */
  #attempt(call: Call, command: Command): void {
    const mark = this.reply.pos
    const { spilledBytes } = this.reply
    try {
      command.run(call)
    } catch (error) {
      // Half a reply has left: nothing that follows would be understood.
      if (this.reply.spilledBytes !== spilledBytes) call.session.close(true)
      else this.reply.pos = mark
      this.#handlerThrew(command, error)
    }
  }

  /** @returns what it took, whole nanoseconds */
  #attemptTimed(call: Call, command: Command): number {
    const { clock } = this.#engine
    const startUs = clock.monotonicUs()
    this.#attempt(call, command)
    const endUs = clock.monotonicUs()
    const us = endUs - startUs
    // Time until the answer is no time that it takes.
    if (!call.session.blocked) command.timeUs += us
    this.#timedUs += us
    if (this.#depth === 1 && endUs - this.#clockReadUs >= CLOCK_AGE_MAX_US) {
      this.#engine.nowMs = clock.nowMs()
      this.#clockReadUs = endUs
    }
    return Math.round(us * NS_PER_US)
  }

  #handlerThrew(command: Command, error: unknown): void {
    if (error instanceof Error && error.name === 'WrongTypeError') return this.reply.error(ERRORS.wrongType)
    if (isOutOfMemory(error)) return this.reply.error(ERRORS.outOfMemory)
    this.#engine.stats.unexpectedErrors++
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.#engine.log('warning', `Command ${command.fullName} of module ${command.module} threw: ${text}`)
    this.reply.error(`${ERRORS.internal} in '${command.fullName}'`)
  }

  /** Why a request is not run; undefined when it is. */
  #refusal(session: Session, command: Command | undefined, parser: RequestParser): string | undefined {
    if (command === undefined && session.id > 0 && this.#depth === 0 && isWebRequest(parser)) {
      const { address } = session.transport
      this.#engine.log('warning', `Possible attack by a web page: ${address} sent POST or Host: and is cut off.`)
      session.close(true)
    }
    const mayRun = session.authenticated || !this.#engine.authRequired
    if (!mayRun && (command === undefined || (command.checks & CHECK_AUTH) !== 0)) return ERRORS.noAuth
    if (command === undefined) return unknownCommand(parser)
    if (command.subcommands !== undefined && parser.argc > 1) {
      session.lastCommand = undefined
      return unknownSubcommand(parser)
    }
    if (!command.arityFits(parser.argc)) return wrongArity(command.fullName)
    if (command.checks === 0) return undefined
    if (session.user.isRestricted) {
      const { buf, argStart, argLength, argc } = parser
      const refusal = this.#engine.acl.refusal(session, command, buf, argStart, argLength, argc)
      if (refusal !== undefined) return refusal
    }
    if ((command.checks & CHECK_PROTECTED) !== 0) {
      const refusal = protectedRefusal(this.#engine.config, session, command)
      if (refusal !== undefined) return refusal
    }
    const fits = this.#engine.maxmemoryBytes === 0 || this.#freeMemory(session)
    if ((command.checks & CHECK_OOM) !== 0 && !(fits && this.#engine.db(session.dbIndex).arena.hasHeadroom())) {
      return ERRORS.outOfMemory
    }
    if (session.isMonitor && touchesKeyspace(command)) return ERRORS.monitorReadsNoKeys
    if (session.mayOnlySubscribe && (command.checks & CHECK_SUBSCRIBED) !== 0) return refusedToSubscriber(command)
    return undefined
  }

  /** As in Valkey, clients hear of evicted keys ahead of the reply to the request that made the room necessary. */
  #freeMemory(session: Session): boolean {
    const fits = this.#engine.upkeep.freeMemory()
    const { pushes } = session
    if (pushes !== undefined && this.reply.outlet === session) this.#engine.pushes.writeBehindReply(pushes)
    return fits
  }

  /**
   * Runs a command inside another one, or for the embedder.
   * @param asEngine with the engine's permissions: no ACL; else with those of the session's user
   * @returns its reply, as RESP3 values
   */
  callCommand(session: Session, words: readonly CommandArgument[], asEngine = true): ReplyValue {
    if (this.#depth >= DEPTH_MAX) return new ReplyError('ERR commands are nested too deep')
    const { reply } = this
    const mark = reply.pos
    const resp = reply.resp
    const parser = new RequestParser()
    parser.bulkBytesMax = Number.MAX_SAFE_INTEGER
    const request = encodeCommand(words)
    parser.parse(request, request.length, true)
    const wasAuthenticated = session.authenticated
    const wasAsEngine = session.asEngine
    const { replyMode } = session
    const { outlet } = reply
    session.authenticated = true
    session.asEngine = asEngine
    session.replyMode = REPLY_ON
    reply.resp = 3
    reply.outlet = undefined
    this.dispatch(session, parser)
    // Nobody can go on with a transaction, or watch, whose session is that of this one command.
    this.#engine.transactions.end(session)
    reply.outlet = outlet
    session.replyMode = replyMode
    session.authenticated = wasAuthenticated
    session.asEngine = wasAsEngine
    reply.resp = resp
    const value = readReply(reply.buf, mark, reply.pos)
    reply.pos = mark
    dropLargeBuffer(request)
    return value
  }

  #countFailure(command: Command, mark: number): void {
    command.failedCalls++
    const { buf, pos } = this.reply
    let end = mark + 1
    while (end < pos && buf[end] !== 32 && buf[end] !== 13) end++
    this.countError(latin1(buf, mark + 1, end - mark - 1))
  }

  /** @param text an error reply, or just its code; one that is no word is a client's text, and counted as ERR */
  countError(text: string): void {
    const [word] = text.split(' ', 1)
    this.#engine.stats.errorReplies++
    const { errors } = this.#engine.stats
    let code = errors.has(word) || ERROR_CODE.test(word) ? word : 'ERR'
    if (errors.size >= ERROR_CODES_MAX && code !== 'ERR' && !errors.has(code)) code = OTHER_CODES
    errors.set(code, (errors.get(code) ?? 0) + 1)
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
}

function touchesKeyspace({ isWrite, flags }: Command): boolean {
  return isWrite || flags.has('readonly') || flags.has('may_replicate')
}
