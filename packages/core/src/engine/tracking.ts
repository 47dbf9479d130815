/**
 * Tracking: tells clients that keep copies of values which keys have changed (client-side caching).
 *
 *     table           key -> the one client that read it, or a set of such: numbers of sessions
 *     prefixes        prefix -> sessions in BCAST mode, and the keys changed in this turn with who changed them
 *     session.tracking   the mode; undefined while tracking is off
 *
 * A key leaves the table with the message about it: who wants to hear of the next change reads it again. As in Redis
 * the table knows no databases, and keeps numbers of clients that are gone, or track no more, until the key changes; it
 * is emptied when nobody is left who tracks and a connection ends. BCAST mode needs no table: one message a prefix
 * and turn, with all keys, when the turn is over. Other messages leave at once, or behind the reply of a client whose
 * own request is running. One thing is told more often than by Valkey: a client with NOLOOP hears that a key's time was
 * over when it read it itself, or that its own request had the key evicted.
 *
 * Costs one comparison a change, and one a command, while nobody tracks.
 * Source: https://valkey.io/topics/client-side-caching/; order and details as observed on Valkey 9.1.
 */

import type { ReplyWriter } from '@kvasir/protocol'
import { fromLatin1, latin1 } from '../structures/bytes.ts'
import type { Call } from './call.ts'
import type { Command } from './command.ts'
import { keysOf, RequestWords } from './command-keys.ts'
import type { Engine } from './engine.ts'
import type { Session } from './session.ts'

/** What a key, a client of it, a prefix and a client of that take besides their bytes; roughly. */
const KEY_BYTES = 96
const ITEM_BYTES = 16
const PREFIX_BYTES = 256
const CLIENT_PREFIX_BYTES = 24
/**
 * Keys that leave a table over its limit at once. When the limit was lowered by more, the rest goes with the next reads
 * and crons: twice, three times as many each time until that was enough, as in Redis.
 */
const FORGET_STEPS = 100
/** Where clients that speak RESP2 get what is redirected to them. */
const INVALIDATE_CHANNEL = '__redis__:invalidate'

export interface TrackingOptions {
  /** Number of the client that gets the messages; 0 for the client itself. */
  readonly redirect: number
  readonly bcast: boolean
  readonly optin: boolean
  readonly optout: boolean
  readonly noloop: boolean
  /** With `bcast`; one character for each byte. None for all keys. */
  readonly prefixes: readonly string[]
}

/** How one session tracks. */
export class ClientTracking {
  redirect = 0
  bcast = false
  optin = false
  optout = false
  noloop = false
  /** CLIENT CACHING was called for the next command, or the next transaction. */
  isCachingSet = false
  /** The client that messages go to is gone. */
  isRedirectBroken = false
  readonly prefixes = new Set<string>()

  /** Memory of its own, roughly; that of who listens to a prefix is shared. */
  bytes = 0
}

interface Prefix {
  readonly name: string
  readonly sessions: Set<Session>
  /** Keys changed in this turn, and by whom; undefined when there were several, or nobody. */
  readonly changed: Map<string, Session | undefined>
}

export class Tracking {
  readonly #engine: Engine
  readonly #table = new Map<string, number | Set<number>>()
  readonly #prefixes = new Map<string, Prefix>()
  /** How many prefixes have a length: a key is looked up once a length, however many prefixes there are. */
  readonly #lengths = new Map<number, number>()
  /** Goes round the table, to find what has been in it for long. */
  #oldest: Iterator<string> = this.#table.keys()
  #keysMax = 0
  /** How often in a row it was not enough. */
  #forgetRounds = 0
  /** Prefixes of keys that were changed in this turn. */
  readonly #changed = new Set<string>()
  /** Sessions that the message at hand could not be redirected for. */
  readonly #broken: Session[] = []
  /** Whether changes of keys are of interest. */
  isOn = false
  /** Sessions that track. */
  sessionCount = 0
  /** Clients of all keys in the table. */
  itemCount = 0
  #tableBytes = 0
  #prefixBytes = 0
  /** Memory that clients have for their prefixes, roughly. */
  clientBytes = 0

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Memory of table and prefixes, roughly. */
  get bytes(): number {
    return this.#tableBytes + this.#prefixBytes
  }

  get keyCount(): number {
    return this.#table.size
  }

  get prefixCount(): number {
    return this.#prefixes.size
  }

  /** @param keysMax of the table; 0 for no limit */
  setLimit(keysMax: number): void {
    this.#keysMax = keysMax
    this.forgetSome()
  }

  /** Turns tracking on, or changes its mode; prefixes are added to those that there are. */
  enable(session: Session, options: TrackingOptions): void {
    if (session.tracking === undefined) this.sessionCount++
    session.tracking ??= new ClientTracking()
    const { tracking } = session
    tracking.redirect = options.redirect
    tracking.bcast = options.bcast
    tracking.optin = options.optin
    tracking.optout = options.optout
    tracking.noloop = options.noloop
    tracking.isRedirectBroken = false
    this.isOn = true
    if (!options.bcast) return
    const prefixes = options.prefixes.length === 0 ? [''] : options.prefixes
    for (const prefix of prefixes) this.#addPrefix(session, tracking, prefix)
  }

  #addPrefix(session: Session, tracking: ClientTracking, name: string): void {
    if (tracking.prefixes.has(name)) return
    let prefix = this.#prefixes.get(name)
    if (prefix === undefined) {
      prefix = { name, sessions: new Set(), changed: new Map() }
      this.#prefixes.set(name, prefix)
      this.#lengths.set(name.length, (this.#lengths.get(name.length) ?? 0) + 1)
      this.#prefixBytes += PREFIX_BYTES + name.length
    }
    prefix.sessions.add(session)
    // Its clients share the text.
    tracking.prefixes.add(prefix.name)
    tracking.bytes += CLIENT_PREFIX_BYTES
    this.clientBytes += CLIENT_PREFIX_BYTES
  }

  disable(session: Session): void {
    const { tracking } = session
    if (tracking === undefined) return
    session.tracking = undefined
    this.sessionCount--
    this.clientBytes -= tracking.bytes
    for (const name of tracking.prefixes) {
      const prefix = this.#prefixes.get(name) as Prefix
      prefix.sessions.delete(session)
      if (prefix.sessions.size === 0) this.#removePrefix(name)
    }
    this.#isOnStill()
  }

  #removePrefix(name: string): void {
    this.#prefixes.delete(name)
    this.#changed.delete(name)
    this.#prefixBytes -= PREFIX_BYTES + name.length
    const others = (this.#lengths.get(name.length) as number) - 1
    if (others > 0) this.#lengths.set(name.length, others)
    else this.#lengths.delete(name.length)
  }

  /** The session is gone. */
  forget(session: Session): void {
    this.disable(session)
    if (this.sessionCount === 0 && this.#table.size > 0) this.#clearTable()
  }

  #isOnStill(): void {
    this.isOn = this.sessionCount > 0 || this.#table.size > 0
  }

  #clearTable(): void {
    this.#table.clear()
    this.itemCount = 0
    this.#tableBytes = 0
    this.#isOnStill()
  }

  // --- reading

  /** A session that tracks has run a command. @param isOutermost not within EXEC, a script or a module's call */
  commandRun(call: Call, command: Command, tracking: ClientTracking, isOutermost: boolean): void {
    const isRemembered = tracking.optin ? tracking.isCachingSet : !(tracking.optout && tracking.isCachingSet)
    if (isRemembered && !tracking.bcast && command.flags.has('readonly')) this.#remember(call, command)
    if (isOutermost) this.commandOver(call.session, command)
  }

  /** CLIENT CACHING holds for one command, or one transaction, whatever comes of it. */
  commandOver(session: Session, command: Command | undefined): void {
    const { tracking } = session
    if (tracking === undefined || session.transaction !== undefined || command?.parent?.name === 'client') return
    tracking.isCachingSet = false
  }

  #remember(call: Call, command: Command): void {
    const { id } = call.session
    for (const { index } of keysOf(command, new RequestWords(call)) ?? []) this.#addItem(call.argLatin1(index), id)
    this.forgetSome()
  }

  #addItem(key: string, id: number): void {
    const items = this.#table.get(key)
    if (items === id) return
    if (items instanceof Set) {
      if (items.has(id)) return
      items.add(id)
    } else this.#table.set(key, items === undefined ? id : new Set([items, id]))
    this.itemCount++
    this.#tableBytes += items === undefined ? KEY_BYTES + key.length + ITEM_BYTES : ITEM_BYTES
  }

  /** Forgets keys over the limit, those first that came first; Redis chooses any. Clients are told, as of a change. */
  forgetSome(): void {
    if (this.#keysMax === 0 || this.#table.size <= this.#keysMax) return
    for (let steps = FORGET_STEPS * ++this.#forgetRounds; this.#table.size > this.#keysMax && steps > 0; steps--) {
      let next = this.#oldest.next()
      if (next.done === true) {
        this.#oldest = this.#table.keys()
        next = this.#oldest.next()
      }
      this.#invalidate(next.value as string, undefined)
    }
    if (this.#table.size <= this.#keysMax) this.#forgetRounds = 0
    this.#engine.pushes.settle()
  }

  // --- changes

  /** @param by the session whose request changes the key, if one does */
  keyChanged(buf: Uint8Array, start: number, length: number, by: Session | undefined): void {
    const key = latin1(buf, start, length)
    if (this.#prefixes.size > 0) this.#noteForPrefixes(key, by)
    if (!this.#table.has(key)) return
    this.#invalidate(key, by)
    this.#engine.pushes.settle()
  }

  #noteForPrefixes(key: string, by: Session | undefined): void {
    for (const length of this.#lengths.keys()) {
      if (length > key.length) continue
      const name = key.slice(0, length)
      const prefix = this.#prefixes.get(name)
      if (prefix === undefined) continue
      const { changed } = prefix
      changed.set(key, changed.has(key) && changed.get(key) !== by ? undefined : by)
      this.#changed.add(name)
    }
  }

  #invalidate(key: string, by: Session | undefined): void {
    const items = this.#table.get(key) as number | Set<number>
    this.#removeKey(key)
    this.#begin([key])
    for (const id of typeof items === 'number' ? [items] : items) {
      const session = this.#engine.sessions.get(id)
      const tracking = session?.tracking
      if (session === undefined || tracking === undefined || tracking.bcast) continue
      if (!tracking.noloop || session !== by) this.#send(session, tracking)
    }
    this.#end()
    if (this.sessionCount === 0) this.#isOnStill()
  }

  #removeKey(key: string): void {
    const items = this.#table.get(key)
    const count = items instanceof Set ? items.size : 1
    this.#table.delete(key)
    this.itemCount -= count
    this.#tableBytes -= KEY_BYTES + key.length + count * ITEM_BYTES
  }

  /** All keys of a database are gone: clients hear that all keys are, as they are not told of databases. */
  flushed(): void {
    if (!this.isOn) return
    this.#clearTable()
    this.#begin(undefined)
    for (const session of this.#engine.sessions.values()) {
      if (session.tracking !== undefined) this.#send(session, session.tracking)
    }
    this.#end()
    this.#engine.pushes.settle()
  }

  /** Tells clients in BCAST mode of the turn's changes. Called when a turn ends. */
  broadcast(): void {
    if (this.#changed.size === 0) return
    const names = [...this.#changed].sort()
    this.#changed.clear()
    for (const name of names) {
      const prefix = this.#prefixes.get(name)
      if (prefix === undefined) continue
      this.#broadcast(prefix)
      prefix.changed.clear()
    }
  }

  #broadcast({ changed, sessions }: Prefix): void {
    const keys = [...changed.keys()].sort()
    const makers = new Set(changed.values())
    const isSpared = (session: Session): boolean => session.tracking?.noloop === true && makers.has(session)
    this.#begin(keys)
    for (const session of sessions) {
      if (!isSpared(session)) this.#send(session, session.tracking as ClientTracking)
    }
    this.#end()
    for (const session of sessions) {
      if (!isSpared(session)) continue
      const others = keys.filter((key) => changed.get(key) !== session)
      if (others.length === 0) continue
      this.#begin(others)
      this.#send(session, session.tracking as ClientTracking)
      this.#end()
    }
  }

  // --- messages

  /** Begins a message, for `#send`. @param keys that clients should forget; undefined for all */
  #begin(keys: readonly string[] | undefined): void {
    this.#engine.pushes.begin((out) => writeInvalidation(out, keys))
  }

  /** In RESP2 a client gets nothing but what is redirected to it while it is a subscriber, of whatever. */
  #send(session: Session, tracking: ClientTracking): void {
    const { pushes, sessions } = this.#engine
    if (tracking.redirect === 0) {
      if (session.resp === 3) pushes.sendTo(session)
      return
    }
    const receiver = sessions.get(tracking.redirect)
    if (receiver === undefined) {
      tracking.isRedirectBroken = true
      if (session.resp === 3) this.#broken.push(session)
    } else if (receiver.resp === 3 || receiver.outputClass === 'pubsub') pushes.sendTo(receiver)
  }

  /** Behind the last `#send`: clients whose receiver is gone get a message of their own. */
  #end(): void {
    const { pushes } = this.#engine
    for (const session of this.#broken) {
      pushes.begin((out) => writeBroken(out, session.tracking?.redirect ?? 0))
      pushes.sendTo(session)
    }
    this.#broken.length = 0
  }
}

function writeInvalidation(out: ReplyWriter, keys: readonly string[] | undefined): void {
  out.push(out.resp === 2 ? 3 : 2)
  if (out.resp === 2) {
    out.bulkString('message')
    out.bulkString(INVALIDATE_CHANNEL)
  } else out.bulkString('invalidate')
  if (keys === undefined) return out.nil()
  out.array(keys.length)
  for (const key of keys) out.bulk(fromLatin1(key))
}

function writeBroken(out: ReplyWriter, redirect: number): void {
  out.push(2)
  out.bulkString('tracking-redir-broken')
  out.integer(redirect)
}
