/**
 * Blocking: clients that wait for a key, as BLPOP, BZPOPMIN and XREAD BLOCK do.
 *
 *     handler finds nothing --> block(call, ...)      the request is kept, the session reads no further
 *     a key changes         --> keyChanged(...)       noted, when somebody waits for it
 *     the command is over   --> serve()               requests that wait for it run again, the longest waiting first
 *     time is over          --> the answer for that
 *
 * A request that runs again either answers, and then its client goes on, or blocks once more and keeps its place. So
 * a blocking command is its plain form and a call of `block` at the end; it need not know that it waited.
 *
 * Invariant: a session has a Waiter exactly while it is blocked; the waiter stands in the queue of each of its keys.
 */

import type { ReplyWriter } from '@kvasir/protocol'
import type { Database } from '../keyspace/database.ts'
import { latin1 } from '../structures/bytes.ts'
import { parseDouble } from '../structures/double.ts'
import { Call } from './call.ts'
import type { Engine } from './engine.ts'
import { keyName, parseKeyName } from './key-name.ts'
import type { Session } from './session.ts'
import { StoredRequest } from './stored-request.ts'

const MS_PER_SECOND = 1000
const US_PER_MS = 1000
const NS_PER_US = 1000
const TIMEOUT_MS_MAX = 2n ** 63n - 1n
/** What a key that is waited for takes besides its bytes, with its queue; roughly. */
const WAITED_KEY_BYTES = 300

/** What the answer is when the time is over. */
export const NIL_AFTER_TIMEOUT = 0
export const NULL_ARRAY_AFTER_TIMEOUT = 1
export const ZERO_AFTER_TIMEOUT = 2

export interface BlockOptions {
  /** Indexes of the key arguments that it waits for; none for who waits for the time to pass. */
  readonly keys: readonly number[]
  /** The type that a key must have before the request runs again. */
  readonly type: number
  /** From now; 0 waits for ever. */
  readonly timeoutMs: number
  readonly answer: typeof NIL_AFTER_TIMEOUT | typeof NULL_ARRAY_AFTER_TIMEOUT | typeof ZERO_AFTER_TIMEOUT
  /** Run again also when a key is gone or of another type: XREADGROUP answers with an error then. */
  readonly wakesWithoutKey?: boolean
  /** Words to have other bytes when the request runs again, by index: what they mean now, such as the last ID. */
  readonly replaced?: ReadonlyMap<number, Uint8Array>
}

/** A blocked session's request. */
export class Waiter {
  readonly session: Session
  readonly dbIndex: number
  readonly keys: readonly string[]
  readonly type: number
  readonly wakesWithoutKey: boolean
  readonly answer: number
  readonly resp: 2 | 3
  readonly request: StoredRequest
  /** Memory of its own, roughly. */
  readonly bytes: number
  stopTimer: (() => void) | undefined
  /** When the time is over, by the monotonic clock. */
  deadlineUs = 0
  /** What its runs took, nanoseconds. */
  ns = 0
  /** Whether its request is running again, and then, whether it blocked once more. */
  isRunning = false
  blocksAgain = false

  constructor(call: Call, options: BlockOptions) {
    const { buf, starts, lengths, argc } = call
    this.session = call.session
    this.dbIndex = call.session.dbIndex
    this.keys = [...new Set(options.keys.map((index) => call.argLatin1(index)))]
    this.type = options.type
    this.wakesWithoutKey = options.wakesWithoutKey === true
    this.answer = options.answer
    this.resp = call.session.resp
    this.request = new StoredRequest(call.command, buf, starts, lengths, argc, options.replaced)
    // A key is there twice: its name has the database in front.
    this.bytes = this.keys.reduce((bytes, key) => bytes + WAITED_KEY_BYTES + 2 * key.length, this.request.bytes)
  }
}

export class Blocking {
  readonly #engine: Engine
  /** Who waits for a key, by database number and key, the longest waiting first. */
  readonly #queues = new Map<string, Set<Waiter>>()
  readonly #waiters = new Map<Session, Waiter>()
  /** Keys that changed and are waited for. */
  #ready = new Set<string>()
  #serving = false
  /** Sessions whose answer is there, and that may have more requests waiting. */
  readonly #resumed: Session[] = []
  #resuming = false
  /** Memory of all who wait, roughly. */
  bytes = 0

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Sessions that are blocked. */
  get count(): number {
    return this.#waiters.size
  }

  /** Keys that are waited for. */
  get keyCount(): number {
    return this.#queues.size
  }

  /** Keys of those where somebody wants to know too when they are gone. */
  get missingKeyCount(): number {
    let count = 0
    for (const queue of this.#queues.values()) if ([...queue].some((waiter) => waiter.wakesWithoutKey)) count++
    return count
  }

  /** What a session waits with; undefined while it does not. */
  waiterOf(session: Session): Waiter | undefined {
    return this.#waiters.get(session)
  }

  /** Whether the command that a session ran just now has no answer yet. */
  isWaiting(session: Session): boolean {
    const waiter = this.#waiters.get(session)
    return waiter !== undefined && (!waiter.isRunning || waiter.blocksAgain)
  }

  /** A request that waits or waited has run for so long. @returns what all its runs took, nanoseconds */
  ran(session: Session, ns: number): number {
    const waiter = this.#waiters.get(session)
    if (waiter === undefined) return ns
    waiter.ns += ns
    return waiter.ns
  }

  /**
   * Blocks the call's session until one of the keys has something for it. Its handler returns at once, without an
   * answer. Where a client cannot wait (within a transaction, a script or a module's call) it gets the answer for a
   * time that is over.
   */
  block(call: Call, options: BlockOptions): void {
    const { session } = call
    const again = this.#waiters.get(session)
    if (again !== undefined) {
      again.blocksAgain = true
      return
    }
    if (!call.mayBlock) return answer(call.reply, options.answer)
    const waiter = new Waiter(call, options)
    this.#waiters.set(session, waiter)
    this.bytes += waiter.bytes
    session.blocked = true
    for (const key of waiter.keys) {
      const name = keyName(waiter.dbIndex, key)
      const queue = this.#queues.get(name)
      if (queue === undefined) this.#queues.set(name, new Set([waiter]))
      else queue.add(waiter)
    }
    if (options.timeoutMs === 0) return
    waiter.deadlineUs = this.#engine.clock.monotonicUs() + options.timeoutMs * US_PER_MS
    this.#startTimer(waiter, options.timeoutMs)
  }

  #startTimer(waiter: Waiter, ms: number): void {
    waiter.stopTimer = this.#engine.clock.every(ms, () => this.#timeIsOver(waiter))
  }

  /** A key changed. Costs one comparison while nobody waits. */
  keyChanged(db: Database, buf: Uint8Array, start: number, length: number): void {
    if (this.#queues.size === 0) return
    const name = keyName(db.index, latin1(buf, start, length))
    if (this.#queues.has(name)) this.#ready.add(name)
  }

  /** All keys of a database may have changed: it was flushed or swapped. */
  databaseChanged(index: number): void {
    const prefix = keyName(index, '')
    for (const name of this.#queues.keys()) if (name.startsWith(prefix)) this.#ready.add(name)
  }

  /** Whether `serve` has anything to do. */
  get hasReady(): boolean {
    return this.#ready.size > 0
  }

  /** Runs the requests again that wait for keys which changed. Called between commands. */
  serve(): void {
    if (this.#serving) return
    this.#serving = true
    try {
      while (this.#ready.size > 0) {
        const ready = this.#ready
        this.#ready = new Set()
        for (const name of ready) this.#serveKey(name)
      }
    } finally {
      this.#serving = false
    }
  }

  #serveKey(name: string): void {
    const queue = this.#queues.get(name)
    if (queue === undefined) return
    const { dbIndex, key } = parseKeyName(name)
    const db = this.#engine.db(dbIndex)
    // Those who block meanwhile wait for the next change.
    for (const waiter of [...queue]) {
      if (this.#waiters.get(waiter.session) !== waiter) continue
      const address = db.lookup(key, 0, key.length)
      const isThere = address !== 0 && db.type(address) === waiter.type
      if (isThere || waiter.wakesWithoutKey) this.#retry(waiter)
    }
  }

  #retry(waiter: Waiter): void {
    const { session, request } = waiter
    const { command, buf, starts, lengths, argc } = request
    const refusal = this.#engine.acl.refusal(session, command, buf, starts, lengths, argc)
    if (refusal !== undefined) return this.#refuse(waiter, refusal)
    session.answerLater(() => {
      waiter.isRunning = true
      waiter.blocksAgain = false
      this.#engine.dispatcher.runStored(session, waiter.request)
      waiter.isRunning = false
      // It may have been released meanwhile, by whoever heard of what it did.
      if (!waiter.blocksAgain && this.#waiters.get(session) === waiter) this.#release(waiter)
    })
  }

  /** Its user's permissions have changed since it began to wait. */
  #refuse(waiter: Waiter, text: string): void {
    const { reply, dispatcher } = this.#engine
    waiter.request.command.rejectedCalls++
    dispatcher.countError(text)
    this.#release(waiter)
    waiter.session.answerLater(() => reply.error(text))
  }

  #timeIsOver(waiter: Waiter): void {
    const { clock } = this.#engine
    // A timer counts from when its loop last looked at the clock, and may be early by what has been done since.
    const leftUs = waiter.deadlineUs - clock.monotonicUs()
    if (leftUs > 0) {
      waiter.stopTimer?.()
      return this.#startTimer(waiter, Math.ceil(leftUs / US_PER_MS))
    }
    this.#engine.dispatcher.beginTurn()
    this.unblock(waiter.session, (reply) => answer(reply, waiter.answer))
    this.#engine.dispatcher.endTurn()
  }

  /** Ends a session's waiting with an answer. @returns false when it does not wait */
  unblock(session: Session, write: (reply: ReplyWriter) => void): boolean {
    const waiter = this.#waiters.get(session)
    if (waiter === undefined) return false
    this.#release(waiter)
    this.#engine.dispatcher.countRun(session, waiter.request.command)
    session.answerLater(() => {
      const { reply } = this.#engine
      const mark = reply.pos
      write(reply)
      this.#observe(waiter, reply.pos - mark)
    })
    return true
  }

  /** Notes a request whose waiting ended without another run. */
  #observe({ session, request, ns }: Waiter, replyBytes: number): void {
    const call = new Call(this.#engine, this.#engine.reply)
    call.session = session
    call.command = request.command
    call.buf = request.buf
    call.starts = request.starts
    call.lengths = request.lengths
    call.argc = request.argc
    request.command.timeUs += ns / NS_PER_US
    this.#engine.observer.ran(call, ns, replyBytes)
  }

  /** Ends a session's waiting with an error. @returns false when it does not wait */
  unblockWithError(session: Session, text: string): boolean {
    const command = this.#waiters.get(session)?.request.command
    if (command === undefined) return false
    command.rejectedCalls++
    this.#engine.dispatcher.countError(text)
    return this.unblock(session, (reply) => reply.error(text))
  }

  /** Ends a session's waiting as if its time were over. @returns false when it does not wait */
  unblockAsTimeout(session: Session): boolean {
    const waiter = this.#waiters.get(session)
    return waiter !== undefined && this.unblock(session, (reply) => answer(reply, waiter.answer))
  }

  /** The session is gone. */
  forget(session: Session): void {
    const waiter = this.#waiters.get(session)
    if (waiter !== undefined) this.#release(waiter)
  }

  #release(waiter: Waiter): void {
    waiter.stopTimer?.()
    this.#waiters.delete(waiter.session)
    this.bytes -= waiter.bytes
    for (const key of waiter.keys) {
      const name = keyName(waiter.dbIndex, key)
      const queue = this.#queues.get(name)
      queue?.delete(waiter)
      if (queue?.size === 0) this.#queues.delete(name)
    }
    waiter.session.blocked = false
    this.#resumed.push(waiter.session)
  }

  /** Lets sessions go on that waited for something else than a key, the first of them first. */
  resumeLater(sessions: readonly Session[]): void {
    for (const session of sessions) session.blocked = false
    this.#resumed.push(...sessions.toReversed())
  }

  /** Lets sessions go on with requests that came while they were blocked. Called at the end of a turn. */
  resume(): void {
    // Each has a turn of its own, at whose end this is called, too: the stack would be as deep as there are sessions.
    if (this.#resuming) return
    this.#resuming = true
    try {
      for (let session = this.#resumed.pop(); session !== undefined; session = this.#resumed.pop()) {
        session.readHeld()
      }
    } finally {
      this.#resuming = false
    }
  }
}

function answer(reply: ReplyWriter, which: number): void {
  if (which === NIL_AFTER_TIMEOUT) reply.nil()
  else if (which === ZERO_AFTER_TIMEOUT) reply.integer(0)
  else reply.nullArray()
}

/**
 * A timeout in seconds, whole or not, as BLPOP takes it. @returns milliseconds, rounded up; NaN after the error
 */
export function readTimeoutSeconds(call: Call, index: number): number {
  const seconds = parseDouble(call.buf, call.starts[index], call.lengths[index])
  if (Number.isNaN(seconds)) return refuse(call, 'ERR timeout is not a float or out of range')
  const ms = Math.ceil(seconds * MS_PER_SECOND)
  return checkTimeout(call, ms, ms > Number(TIMEOUT_MS_MAX))
}

/** A timeout in milliseconds, as XREAD BLOCK takes it. @returns NaN after the error */
export function readTimeoutMs(call: Call, index: number): number {
  const ms = call.argInt64(index)
  if (ms === undefined) return refuse(call, 'ERR timeout is not an integer or out of range')
  return checkTimeout(call, Number(ms), false)
}

function checkTimeout(call: Call, ms: number, tooLong: boolean): number {
  if (ms < 0) return refuse(call, 'ERR timeout is negative')
  if (tooLong || ms > Number(TIMEOUT_MS_MAX) - call.engine.nowMs) return refuse(call, 'ERR timeout is out of range')
  return ms
}

function refuse(call: Call, text: string): number {
  call.reply.error(text)
  return Number.NaN
}
