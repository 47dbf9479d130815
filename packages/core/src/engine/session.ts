/**
 * Session: one client's state, whatever carries its bytes. Bytes go in by `feed`; replies leave through the transport,
 * one `send` for everything that one `feed` brought.
 *
 *     feed(receive buffer) -> parser -> Engine.dispatch -> reply writer -> transport.send
 *
 * Complete requests are run where they lie in the transport's buffer. Only a request cut in the middle is copied, and
 * what comes while the session waits, into buffers that live until their requests have run; an idle session holds none.
 */

import { dropBuffer, dropLargeBuffer, NEED_MORE, PROTOCOL_ERROR, type ReplyOutlet } from '@kvasir/protocol'
import { GrowingBytes } from '../structures/growing-bytes.ts'
import type { AclUser } from './acl/acl-user.ts'
import type { Command } from './command.ts'
import type { Engine } from './engine.ts'
import type { Subscriptions } from './pubsub.ts'
import type { PushQueue } from './pushes.ts'
import type { Remainder } from './remainder.ts'
import { BATCH_REQUESTS_MAX } from './request-batch.ts'
import type { ClientTracking } from './tracking.ts'
import type { Transaction } from './transactions.ts'
import type { Transport } from './transport.ts'

export const REPLY_ON = 0
export const REPLY_OFF = 1
/** Set by CLIENT REPLY SKIP, which itself is silent too; becomes REPLY_SKIP for the next command. */
export const REPLY_SKIP_NEXT = 2
export const REPLY_SKIP = 3

/** What a session takes besides its buffers, bytes; roughly. */
export const SESSION_BYTES = 1024
/** Replies beyond this are sent before the rest of a batch runs, so that one batch cannot hold everything in memory. */
const FLUSH_BYTES = 1024 * 1024
/** As `FLUSH_BYTES`, for a stranger: the host may end whoever has so much to hear without a password. */
const STRANGER_FLUSH_BYTES = 16 * 1024
/** While more of its replies wait than this, a session runs no further requests; its input waits, too. */
const THROTTLE_BYTES = 16 * 1024 * 1024
/** A whole request: positions in it are numbers of 32 bits. */
const REQUEST_BYTES_MAX = 2 ** 31 - 1
/** So many new bytes are tried at first for completing a request that was cut. */
const REST_STEP_BYTES = 512

export class Session implements ReplyOutlet {
  readonly engine: Engine
  readonly id: number
  readonly transport: Transport
  readonly createdMs: number

  dbIndex = 0
  resp: 2 | 3 = 2
  authenticated: boolean
  /** It was authenticated before RESET. */
  wasAuthenticated = false
  /** Who it may do things as; before AUTH, the default user. */
  user: AclUser
  /** While the engine or a module runs a command on it: nothing is refused by ACL. */
  asEngine = false
  name = ''
  /** What CLIENT CAPA told, a letter each. */
  capabilities = ''
  libName = ''
  libVersion = ''
  replyMode = REPLY_ON
  noEvict = false
  noTouch = false
  /** READONLY. */
  readsReplicas = false
  /** CLIENT IMPORT-SOURCE: sees keys whose time is over, in `import-mode`. */
  importSource = false
  /** Sees every command that is run, behind MONITOR. */
  isMonitor = false
  /** Whatever the configuration says of DEBUG and MODULE: the embedder's own. */
  mayRunProtected = false
  /** Which of `client-output-buffer-limit` holds for the client; those but `normal` may be silent for ever, too. */
  outputClass: 'normal' | 'replica' | 'pubsub' = 'normal'
  lastInteractionMs: number
  lastCommand: Command | undefined
  /** Set by QUIT and by errors that end the connection: nothing more is read. */
  closing = false
  closed = false
  /** DEBUG PROTECT-CLIENT: nothing more is read, and it stays where it is when it is closed; see `end`. */
  isProtected = false

  // Figures for CLIENT LIST.
  bytesIn = 0
  bytesOut = 0
  /** Commands run, those inside scripts and modules too; counted when they are done. */
  commands = 0
  /** Bytes of this turn's replies that left before their command was over. */
  #spilledBytes = 0
  /** The request that was cut in the middle, if one was. */
  #rest: Remainder | undefined
  /** Bytes of requests that are counted in `ClientBuffers`. */
  #queryBytes = 0
  /** Set while a blocking command waits; see Blocking. Nothing more is run then. */
  blocked = false
  /** It waits for the end of a pause, with a request that was not run. */
  isPostponed = false
  /** Set between MULTI and EXEC or DISCARD. */
  transaction: Transaction | undefined
  /** Channels and patterns; undefined while there are none. */
  subscriptions: Subscriptions | undefined
  /** How it tracks what it reads; undefined while it does not. */
  tracking: ClientTracking | undefined
  /** What it is to get besides replies; undefined until there was something. */
  pushes: PushQueue | undefined
  /** Its replies are being written, with which pushes must not mix. */
  isAnswering = false
  /** Reply buffers that the transport still needs, and nobody else. */
  #lent: Set<Uint8Array> | undefined
  /** So many of its replies wait that it runs nothing until they have left. */
  #isThrottled = false
  /** What came while it was blocked or throttled. */
  #held: GrowingBytes | undefined

  constructor(engine: Engine, id: number, transport: Transport) {
    this.engine = engine
    this.id = id
    this.transport = transport
    this.createdMs = engine.nowMs
    this.lastInteractionMs = engine.nowMs
    this.authenticated = !engine.authRequired
    this.user = engine.acl.defaultUser
  }

  /** Whether the client is on this machine, as the settings that say `local` and protected mode want to know. */
  get isLocal(): boolean {
    const { kind, address } = this.transport
    return kind === 'unix' || kind === 'memory' || /^(127\.0\.0\.1|\[?::1\]?):\d+$/.test(address)
  }

  /** Subscribed in RESP2, which cannot tell replies from messages: few commands are allowed then. */
  get mayOnlySubscribe(): boolean {
    return this.outputClass === 'pubsub' && this.resp === 2
  }

  /** Bytes of requests that are not complete yet; those of arguments that are, are not among them. */
  get queryBufferBytes(): number {
    return (this.#rest?.end ?? 0) - this.argumentBytes + (this.#held?.end ?? 0)
  }

  /** Bytes of complete arguments of a request that is not. */
  get argumentBytes(): number {
    return this.#rest?.parser.pos ?? 0
  }

  /** Size of the buffer that holds them. */
  get queryBufferCapacity(): number {
    return this.#rest?.buf.length ?? 0
  }

  /** All that it takes, bytes; roughly. Of all sessions together: `Engine.clientBytes`. */
  get memoryBytes(): number {
    const { transaction, subscriptions, tracking, engine } = this
    const listening = (subscriptions?.bytes ?? 0) + (tracking?.bytes ?? 0)
    const queued = (transaction?.bytes ?? 0) + engine.transactions.watchBytesOf(this)
    const waiting = engine.blocking.waiterOf(this)?.bytes ?? 0
    const buffers = this.#queryBytes + this.transport.queuedBytes
    return SESSION_BYTES + this.textBytes + buffers + waiting + queued + listening
  }

  /** Bytes of what it calls itself. */
  get textBytes(): number {
    return this.name.length + this.libName.length + this.libVersion.length
  }

  /**
   * Takes bytes from the transport, runs the requests in them and sends the replies. The bytes are the caller's again
   * then.
   */
  feed(buf: Uint8Array, start: number, end: number): void {
    if (this.closing || this.isProtected) return
    this.bytesIn += end - start
    this.engine.stats.netInputBytes += end - start
    if (this.blocked || this.#isThrottled || this.#held !== undefined) this.#hold(buf, start, end)
    else this.#take(buf, start, end)
  }

  #take(buf: Uint8Array, start: number, end: number): void {
    const { engine, transaction } = this
    // As in Valkey, what MULTI has queued counts as if it were still to be read.
    if (transaction !== undefined && transaction.bytes + end - start > engine.queryBufferBytesMax) {
      this.#tooLong()
      return this.close(false)
    }
    const { reply } = engine
    const mark = reply.pos
    // A module may feed one client from within a command of another one.
    const outerResp = reply.resp
    const { outlet, outletStart } = reply
    reply.outlet = this
    reply.outletStart = mark
    this.#spilledBytes = 0
    if (this.pushes !== undefined) engine.pushes.deliverTo(this, this.pushes)
    this.isAnswering = true
    engine.dispatcher.beginTurn()
    this.lastInteractionMs = engine.nowMs
    engine.stats.reads++
    if (this.#rest === undefined) this.#feedWhole(buf, start, end, mark)
    else this.#feedRest(this.#rest, buf, start, end, mark)
    this.flush(mark)
    this.isAnswering = false
    reply.resp = outerResp
    reply.outlet = outlet
    reply.outletStart = outletStart
    engine.dispatcher.endTurn()
    if (this.closing) this.close(false)
  }

  #feedWhole(buf: Uint8Array, start: number, end: number, mark: number): void {
    const stopped = this.#run(buf, start, end, mark)
    if (stopped < end && !this.closing) this.#keepRest(buf, stopped, end)
  }

  /** Copies an incomplete request, and reads the little of it that has come, to know how much is missing. */
  #keepRest(buf: Uint8Array, start: number, end: number): void {
    const rest = this.engine.dispatcher.takeRemainder()
    this.#rest = rest
    rest.appendRequest(buf, start, end, this.authenticated)
    this.#countQuery()
    rest.parser.parse(rest.buf, rest.end, this.authenticated)
    if (rest.end - rest.parser.pos > this.engine.queryBufferBytesMax) this.#tooLong()
  }

  /** Completes the waiting request with as few of the new bytes as it needs; the others are run where they lie. */
  #feedRest(rest: Remainder, buf: Uint8Array, start: number, end: number, mark: number): void {
    const { dispatcher, reply } = this.engine
    let at = start
    let found = NEED_MORE
    for (let step = REST_STEP_BYTES; found === NEED_MORE; step *= 2) {
      if (at === end) return
      const stop = Math.min(end, at + Math.max(step, rest.parser.missingBytes))
      if (this.#exceedsLimit(rest, stop - at)) return this.#tooLong()
      rest.appendRequest(buf, at, stop, this.authenticated)
      this.#countQuery()
      at = stop
      found = rest.parser.parse(rest.buf, rest.end, this.authenticated)
    }
    this.#rest = undefined
    if (found === PROTOCOL_ERROR) return this.#protocolError(rest.parser.error)
    reply.resp = this.resp
    const { pos } = rest.parser
    if (rest.parser.argc > 0) dispatcher.dispatch(this, rest.parser)
    const unused = rest.end - pos
    if (this.isPostponed) this.#hold(rest.buf, 0, pos)
    dispatcher.returnRemainder(rest)
    this.#countQuery()
    if (this.blocked || this.#isThrottled) this.#hold(buf, at - unused, end)
    else if (!this.closing) this.#feedWhole(buf, at - unused, end, mark)
  }

  /** To be called when the buffers of requests have changed; a request that is being run still counts. */
  #countQuery(): void {
    const bytes = (this.#rest?.buf.length ?? 0) + (this.#held?.buf.length ?? 0)
    if (bytes === this.#queryBytes) return
    this.engine.clientBuffers.queryChanged(bytes - this.#queryBytes)
    this.#queryBytes = bytes
  }

  /**
   * Whether a request that was cut may not grow so much. As in Valkey the limit is one of what is not read into
   * arguments yet, and so of the single argument: a request of many small ones may be far larger.
   */
  #exceedsLimit({ end, parser }: Remainder, growth: number): boolean {
    const unread = parser.missingBytes > 0 ? Math.min(growth, parser.missingBytes) : growth
    return end - parser.pos + unread > this.engine.queryBufferBytesMax || end + growth > REQUEST_BYTES_MAX
  }

  #tooLong(): void {
    this.engine.log('warning', `Closing client that reached max query buffer length: id=${this.id}`)
    this.engine.stats.queryBufferLimitDisconnections++
    this.closing = true
  }

  /** Keeps what came behind a blocking command until that has its answer. */
  #hold(buf: Uint8Array, start: number, end: number): void {
    if (start === end) return
    const held = this.#held ?? new GrowingBytes()
    if (held.end + end - start > this.engine.queryBufferBytesMax) {
      this.#tooLong()
      this.close(false)
      return
    }
    held.append(buf, start, end)
    this.#held = held
    this.#countQuery()
  }

  #dropInput(): void {
    if (this.#rest !== undefined) this.engine.dispatcher.returnRemainder(this.#rest)
    if (this.#held !== undefined) dropLargeBuffer(this.#held.buf)
    this.#rest = undefined
    this.#held = undefined
    this.#countQuery()
  }

  /** Runs what came while the session was blocked. */
  readHeld(): void {
    const held = this.#held
    if (held === undefined || this.blocked || this.#isThrottled || this.closing) return
    this.#held = undefined
    this.#take(held.buf, 0, held.end)
    dropLargeBuffer(held.buf)
    this.#countQuery()
  }

  /** Sends what `write` writes, an answer outside the session's own turn. */
  answerLater(write: () => void): void {
    const { reply, pushes } = this.engine
    if (this.pushes !== undefined) pushes.deliverTo(this, this.pushes)
    this.isAnswering = true
    const { resp, outlet, outletStart } = reply
    const mark = reply.pos
    reply.resp = this.resp
    reply.outlet = this
    reply.outletStart = mark
    this.#spilledBytes = 0
    write()
    if (this.replyMode === REPLY_ON) this.flush(mark)
    else reply.pos = mark
    this.isAnswering = false
    reply.resp = resp
    reply.outlet = outlet
    reply.outletStart = outletStart
  }

  /** Runs requests up to the first incomplete one. @returns where that begins, or `end` */
  #run(buf: Uint8Array, start: number, end: number, mark: number): number {
    const { engine } = this
    const { dispatcher, reply } = engine
    const batch = dispatcher.takeBatch()
    reply.resp = this.resp
    let pos = start
    for (;;) {
      const first = pos
      const flushBytes = this.isStranger ? STRANGER_FLUSH_BYTES : FLUSH_BYTES
      // Before AUTH one at a time: it changes the limits that the next request is parsed with.
      const requestsMax = this.authenticated ? BATCH_REQUESTS_MAX : 1
      const count = batch.fill(buf, pos, end, requestsMax, this.authenticated, engine.bulkBytesMax)
      pos = batch.pos
      if (count > 1) batch.prefetch(count, engine.commands, engine.db(this.dbIndex))
      for (let i = 0; i < count && !this.closing; i++) {
        if (count > 1) dispatcher.usePrefetched(batch, i)
        dispatcher.dispatch(this, batch.parsers[i])
        if (reply.pos - mark > flushBytes) this.flush(mark)
        if (this.blocked || this.#isThrottled) {
          const before = i === 0 ? first : batch.parsers[i - 1].pos
          this.#hold(buf, this.isPostponed ? before : batch.parsers[i].pos, end)
          dispatcher.returnBatch(batch)
          return end
        }
      }
      if (batch.error !== undefined && !this.closing) this.#protocolError(batch.error)
      if (this.closing || count < requestsMax) break
    }
    dispatcher.returnBatch(batch)
    return this.closing ? end : pos
  }

  /** Has yet to say a password, and never said one: has no business with large replies. */
  get isStranger(): boolean {
    return !this.authenticated && !this.wasAuthenticated && this.engine.authRequired
  }

  /** RESET: as if the client had just connected. What it told about its library and what it can do stays. */
  reset(): void {
    this.dbIndex = 0
    this.resp = 2
    this.wasAuthenticated ||= this.authenticated
    this.authenticated = !this.engine.authRequired
    this.user = this.engine.acl.defaultUser
    this.engine.clientBuffers.setText(this, 'name', '')
    // Behind CLIENT REPLY SKIP, RESET itself is the command that is skipped.
    if (this.replyMode !== REPLY_SKIP) this.replyMode = REPLY_ON
    this.noEvict = false
    this.noTouch = false
    this.readsReplicas = false
    this.importSource = false
    this.engine.transactions.end(this)
    this.engine.pubsub.forget(this)
    this.engine.tracking.disable(this)
    this.engine.observer.monitors.forget(this)
  }

  #protocolError(text: string): void {
    this.engine.stats.protocolErrors++
    this.engine.log('verbose', `Protocol error from client: id=${this.id}: ${text}`)
    if (this.replyMode === REPLY_ON) this.engine.reply.error(`ERR ${text}`)
    this.engine.dispatcher.countError('ERR')
    this.closing = true
  }

  /**
   * Sends a part of a large reply while the command still writes the rest, so that the output limits hold within one
   * command, too. Once they have ended the session, the rest is dropped.
   */
  spill(mark: number): boolean {
    if (this.replyMode !== REPLY_ON) return false
    const length = this.engine.reply.pos - mark
    this.flush(mark)
    this.#spilledBytes += length
    return true
  }

  /** Sends what the engine's writer holds behind `mark`. */
  flush(mark: number): void {
    const { reply } = this.engine
    const length = reply.pos - mark
    if (length === 0) return
    reply.pos = mark
    const { buf } = reply
    if (this.#send(buf, mark, length)) {
      this.#lent = (this.#lent ?? new Set()).add(buf)
      reply.replaceBuffer()
    }
    // A batch may bring very much more.
    if (this.transport.queuedBytes > FLUSH_BYTES) this.engine.clientEviction.evict()
    if (this.transport.queuedBytes > THROTTLE_BYTES) this.#isThrottled = true
  }

  /** To be called by the transport when it needs a buffer no longer. */
  bufferDone(buf: Uint8Array): void {
    // One with pushes may be needed by other transports.
    if (this.#lent?.delete(buf) === true) dropBuffer(buf)
  }

  /** Sends pushes, between its replies. @returns true when the transport still needs the buffer */
  sendPushes(buf: Uint8Array, start: number, length: number): boolean {
    this.#spilledBytes = 0
    return this.#send(buf, start, length)
  }

  #send(buf: Uint8Array, start: number, length: number): boolean {
    const { engine, transport } = this
    if (this.closed) return false
    const checkBytes = this.isStranger ? STRANGER_FLUSH_BYTES : engine.outputCheckBytes
    const isChecked = length + this.#spilledBytes >= checkBytes || engine.repliesCountAsWaiting
    if (isChecked && this.#isTooMuch(length)) return false
    this.bytesOut += length
    this.lastInteractionMs = engine.nowMs
    engine.stats.netOutputBytes += length
    engine.stats.writes++
    const isNeeded = transport.send(buf, start, length)
    if (transport.queuedBytes > 0) this.queueChanged()
    return isNeeded
  }

  /** To be called by the transport, too, when bytes that waited have left. */
  queueChanged(): void {
    this.engine.clientBuffers.queueChanged(this)
    if (!this.#isThrottled || this.transport.queuedBytes > 0) return
    this.#isThrottled = false
    this.engine.clock.soon(() => this.readHeld())
  }

  /** Shows the host what waits and will wait, of which the transport may have passed on some already. */
  #isTooMuch(length: number): boolean {
    const sinceTurn = length + this.#spilledBytes - this.transport.queuedBytes
    return this.engine.onLargeOutput?.(this, Math.max(length, sinceTurn)) ?? false
  }

  /** @param force without waiting for replies to leave */
  close(force: boolean): void {
    this.closing = true
    if (this.closed || this.isProtected) return
    if (!force && this.pushes !== undefined) this.engine.pushes.deliverTo(this, this.pushes)
    if (this.closed) return
    this.closed = true
    this.#dropInput()
    this.engine.forgetSession(this)
    this.transport.close(force)
  }

  /** As `close`, whatever DEBUG PROTECT-CLIENT says: the peer has ended the connection, or the engine ends. */
  end(force: boolean): void {
    this.isProtected = false
    this.close(force)
  }
}
