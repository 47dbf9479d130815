/**
 * Pub/sub: who listens to which channels, patterns and shard channels, and messages on their way to them.
 *
 *     channels[CHANNELS]         name -> sessions, in the order in which they subscribed
 *     channels[PATTERNS]         pattern -> sessions; every message is matched with every pattern
 *     channels[SHARD_CHANNELS]   as channels, and apart from them
 *     session.subscriptions      names of each kind; undefined when there are none
 *
 * Names have one character for each byte. A message is written once for each version of the protocol, whoever gets it
 * (pushes.ts).
 *
 * Invariant: a session is with a name exactly while the name is with the session; a name without sessions is gone.
 * Complexity: PUBLISH is O(subscribers + patterns). Source: https://valkey.io/topics/pubsub/
 */

import type { ReplyWriter } from '@kvasir/protocol'
import { fromLatin1, latin1 } from '../structures/bytes.ts'
import { globMatch } from '../structures/glob.ts'
import type { Engine } from './engine.ts'
import type { Session } from './session.ts'

export const CHANNELS = 0
export const PATTERNS = 1
export const SHARD_CHANNELS = 2
export type SubscriptionKind = typeof CHANNELS | typeof PATTERNS | typeof SHARD_CHANNELS

/** What one subscription takes besides its copy of the name, and what a name takes besides its bytes; roughly. */
const SUBSCRIPTION_BYTES = 64
const NAME_BYTES = 256

/** What one session listens to. */
export class Subscriptions {
  /** Names, by kind. */
  readonly names: readonly [Set<string>, Set<string>, Set<string>] = [new Set(), new Set(), new Set()]
  /** Memory of its own, roughly; that of who listens to a name is shared. */
  bytes = 0

  count(kind: SubscriptionKind): number {
    return this.names[kind].size
  }
}

/** Those who listen to a name. */
interface Listeners {
  /** The name's bytes. */
  readonly name: Uint8Array
  readonly sessions: Set<Session>
}

export class PubSub {
  readonly #engine: Engine
  readonly #listeners: readonly [Map<string, Listeners>, Map<string, Listeners>, Map<string, Listeners>] = [
    new Map(),
    new Map(),
    new Map(),
  ]
  /** Sessions that listen to anything. */
  sessionCount = 0
  /** Memory of all names and of who listens to them, roughly. */
  bytes = 0
  /** Memory that clients have for their subscriptions, roughly. */
  clientBytes = 0

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Names that somebody listens to. */
  nameCount(kind: SubscriptionKind): number {
    return this.#listeners[kind].size
  }

  /** @param name one character for each byte */
  listenerCount(kind: SubscriptionKind, name: string): number {
    return this.#listeners[kind].get(name)?.sessions.size ?? 0
  }

  /** Names that somebody listens to, those alone that fit a glob pattern if there is one. */
  *names(kind: SubscriptionKind, pattern?: Uint8Array): Generator<Uint8Array> {
    for (const { name } of this.#listeners[kind].values()) {
      if (pattern === undefined || globMatch(pattern, name, 0, name.length)) yield name
    }
  }

  /** How many a session has of a kind, as confirmations tell it: channels and patterns are counted together. */
  subscriptionCount(session: Session, kind: SubscriptionKind): number {
    const { subscriptions } = session
    if (subscriptions === undefined) return 0
    if (kind === SHARD_CHANNELS) return subscriptions.count(SHARD_CHANNELS)
    return subscriptions.count(CHANNELS) + subscriptions.count(PATTERNS)
  }

  /** @param name one character for each byte */
  subscribe(session: Session, kind: SubscriptionKind, name: string): void {
    if (session.subscriptions === undefined) {
      session.subscriptions = new Subscriptions()
      session.outputClass = 'pubsub'
      this.sessionCount++
    }
    const { subscriptions } = session
    if (subscriptions.names[kind].has(name)) return
    subscriptions.names[kind].add(name)
    this.#countBytes(subscriptions, SUBSCRIPTION_BYTES + name.length)
    const listeners = this.#listeners[kind].get(name)
    if (listeners !== undefined) listeners.sessions.add(session)
    else {
      this.#listeners[kind].set(name, { name: fromLatin1(name), sessions: new Set([session]) })
      this.bytes += NAME_BYTES + name.length
    }
  }

  /** @param name one character for each byte; one that the session does not listen to changes nothing */
  unsubscribe(session: Session, kind: SubscriptionKind, name: string): void {
    const { subscriptions } = session
    if (subscriptions === undefined || !subscriptions.names[kind].delete(name)) return
    this.#countBytes(subscriptions, -SUBSCRIPTION_BYTES - name.length)
    const listeners = this.#listeners[kind].get(name) as Listeners
    listeners.sessions.delete(session)
    if (listeners.sessions.size === 0) {
      this.#listeners[kind].delete(name)
      this.bytes -= NAME_BYTES + name.length
    }
    if (subscriptions.names.some((names) => names.size > 0)) return
    session.subscriptions = undefined
    session.outputClass = 'normal'
    this.sessionCount--
  }

  #countBytes(subscriptions: Subscriptions, change: number): void {
    subscriptions.bytes += change
    this.clientBytes += change
  }

  /** Ends all that a session listens to, without a word to it. */
  forget(session: Session): void {
    const { subscriptions } = session
    if (subscriptions === undefined) return
    for (const kind of [CHANNELS, PATTERNS, SHARD_CHANNELS] as const) {
      for (const name of subscriptions.names[kind]) this.unsubscribe(session, kind, name)
    }
  }

  /** Sends a message to those who listen to the channel, and to patterns that it fits. @returns how many get it */
  publish(channel: Uint8Array, message: Uint8Array): number {
    const [channels, patterns] = this.#listeners
    let receivers = 0
    if (channels.size > 0) {
      const listeners = channels.get(latin1(channel))
      if (listeners !== undefined) receivers += this.#send(listeners, 'message', channel, message)
    }
    for (const listeners of patterns.values()) {
      if (!globMatch(listeners.name, channel, 0, channel.length)) continue
      receivers += this.#send(listeners, 'pmessage', channel, message)
    }
    if (receivers > 0) this.#engine.pushes.settle()
    return receivers
  }

  /** Sends a message to those who listen to the shard channel. @returns how many get it */
  publishToShard(channel: Uint8Array, message: Uint8Array): number {
    const listeners = this.#listeners[SHARD_CHANNELS].get(latin1(channel))
    if (listeners === undefined) return 0
    const receivers = this.#send(listeners, 'smessage', channel, message)
    this.#engine.pushes.settle()
    return receivers
  }

  /** Whether a message to a channel could be for anybody. */
  get hasListeners(): boolean {
    const [channels, patterns] = this.#listeners
    return channels.size > 0 || patterns.size > 0
  }

  #send({ name, sessions }: Listeners, kind: MessageKind, channel: Uint8Array, message: Uint8Array): number {
    const receivers = sessions.size
    const pattern = kind === 'pmessage' ? name : undefined
    const { pushes } = this.#engine
    pushes.begin((out) => writeMessage(out, kind, pattern, channel, message))
    // A session that this is too much for is closed, and leaves the set.
    for (const session of sessions) pushes.sendTo(session)
    return receivers
  }
}

type MessageKind = 'message' | 'pmessage' | 'smessage'

function writeMessage(
  out: ReplyWriter,
  kind: MessageKind,
  pattern: Uint8Array | undefined,
  channel: Uint8Array,
  message: Uint8Array,
): void {
  out.push(pattern === undefined ? 3 : 4)
  out.bulkString(kind)
  if (pattern !== undefined) out.bulk(pattern)
  out.bulk(channel)
  out.bulk(message)
}
