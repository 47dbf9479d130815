/**
 * Clients: what the server, not the engine, decides about connections. Who comes in (maxclients, protected mode), how
 * much may wait to be sent (client-output-buffer-limit), and who has been silent for too long (timeout).
 *
 * Nothing here runs while a client takes its replies as fast as they come: limits are looked at when bytes had to
 * wait, and once a second. Source: the comments of valkey.conf; texts as observed on Valkey 9.1.
 */

import { clientLine, type Engine, type Session, type Transport } from '@kvasir/core'

const MS_PER_SECOND = 1000
const UNAUTHENTICATED_BYTES_MAX = 1024
/** What a reply that must wait takes at least in the peers, which DEBUG CLIENT-ENFORCE-REPLY-LIST is about. */
const REPLY_LIST_BYTES = 16 * 1024
/** While everything closes, a client that takes nothing for so long is not waited for. */
const STALLED_MS = 100

/** The answer to a connection over the limit, whole, because no session will write it. */
const TOO_MANY = '-ERR max number of clients reached\r\n'
const DENIED = [
  '-DENIED Running in protected mode because protected mode is enabled and no password is set for the',
  'default user.',
  'In this mode connections are only accepted from the loopback interface.',
  'If you want to connect from external computers, you may adopt one of the following solutions:',
  "1) Just disable protected mode sending the command 'CONFIG SET protected-mode no' from the loopback interface by",
  "connecting from the same host the server is running, however MAKE SURE it's not publicly accessible from internet",
  'if you do so. Use CONFIG REWRITE to make this change permanent.',
  '2) Alternatively you can just disable the protected mode by editing the configuration file, and setting the',
  "protected mode option to 'no', and then restarting the server.",
  "3) If you started the server manually just for testing, restart it with the '--protected-mode no' option.",
  '4) Set up an authentication password for the default user.',
  'NOTE: You only need to do one of the above things in order for the server to start accepting connections from the',
  'outside.\r\n',
].join(' ')

/** A transport that a session can be given to. */
export interface ConnectedTransport extends Transport {
  /** What has not left yet; unlike `queuedBytes` it shrinks with every byte that the peer takes. */
  readonly unsentBytes: number
  /** Called when bytes had to wait. */
  onBacklog: ((session: Session, queuedBytes: number) => void) | undefined
  /** Called when the connection is gone and holds nothing any more. */
  onClosed: ((transport: ConnectedTransport) => void) | undefined
  /** From now on bytes go to this session. */
  start(session: Session): void
}

export class Clients {
  readonly #engine: Engine
  /** Sessions above their soft limit, and since when. */
  readonly #overSoftSinceMs = new Map<Session, number>()
  readonly #open = new Set<ConnectedTransport>()
  #drained: (() => void) | undefined
  readonly #onClosed = (transport: ConnectedTransport): void => {
    this.#open.delete(transport)
    if (this.#open.size === 0) this.#drained?.()
  }
  readonly #onBacklog = (session: Session, queuedBytes: number): void => this.#checkOutput(session, queuedBytes)

  constructor(engine: Engine) {
    this.#engine = engine
    engine.onLargeOutput = (session, bytes) => {
      const queuedBytes = bytes + session.transport.queuedBytes
      this.#checkOutput(session, engine.repliesCountAsWaiting ? Math.max(queuedBytes, REPLY_LIST_BYTES) : queuedBytes)
      return session.closed
    }
    engine.config.follow('client-output-buffer-limit', (limits) => {
      const hard = Object.values(limits).map(({ hardBytes }) => hardBytes)
      engine.outputCheckBytes = Math.min(...hard.map((bytes) => (bytes === 0 ? Number.POSITIVE_INFINITY : bytes)))
    })
  }

  get keepAliveSeconds(): number {
    return this.#engine.config.parameter('tcp-keepalive').value
  }

  /** Why a connection is not taken, as the bytes to answer with. @param isLocal from this machine */
  refusal(isLocal: boolean): string | undefined {
    const { config, sessions, stats, authRequired } = this.#engine
    let text: string | undefined
    if (sessions.size >= config.parameter('maxclients').value) text = TOO_MANY
    else if (!isLocal && !authRequired && config.parameter('protected-mode').value) text = DENIED
    if (text !== undefined) stats.rejectedConnections++
    return text
  }

  /** Gives a new connection its session. */
  welcome(transport: ConnectedTransport): Session {
    const session = this.#engine.createSession(transport)
    transport.onBacklog = this.#onBacklog
    transport.onClosed = this.#onClosed
    this.#open.add(transport)
    this.#engine.log('verbose', `Accepted ${transport.address}`)
    transport.start(session)
    return session
  }

  /** Bytes of a session's replies wait: ends it when they are too many. */
  #checkOutput(session: Session, queuedBytes: number): void {
    const engine = this.#engine
    if (session.isStranger && queuedBytes > UNAUTHENTICATED_BYTES_MAX) return this.#endForOutput(session, queuedBytes)
    const limits = engine.config.parameter('client-output-buffer-limit').value
    const { hardBytes, softBytes, softSeconds } = limits[session.outputClass]
    if (hardBytes > 0 && queuedBytes >= hardBytes) return this.#endForOutput(session, queuedBytes)
    if (softBytes === 0 || queuedBytes < softBytes) {
      this.#overSoftSinceMs.delete(session)
      return
    }
    const nowMs = engine.clock.nowMs()
    const sinceMs = this.#overSoftSinceMs.get(session)
    if (sinceMs === undefined) this.#overSoftSinceMs.set(session, nowMs)
    else if (nowMs - sinceMs > softSeconds * MS_PER_SECOND) this.#endForOutput(session, queuedBytes)
  }

  #endForOutput(session: Session, queuedBytes: number): void {
    const engine = this.#engine
    this.#overSoftSinceMs.delete(session)
    if (session.closed) return
    const omem = ` omem=${queuedBytes} `
    const line = clientLine(session).replace(/ omem=\d+ /, omem)
    const isHidden = engine.config.parameter('hide-user-data-from-log').value
    const who = isHidden ? line.replace(/ (name|user)=\S*/g, ' $1=*redacted*') : line
    engine.log('warning', `Client ${who} closed for overcoming of output buffer limits.`)
    engine.stats.outputBufferLimitDisconnections++
    session.close(true)
  }

  /**
   * Waits until the connections, whose sessions have ended, are gone. Those are cut whose clients take nothing any
   * more, and after `graceMs` all.
   */
  async gone(graceMs: number): Promise<void> {
    const unsent = new Map<ConnectedTransport, number>()
    const startMs = performance.now()
    const cut = setInterval(() => {
      const isOver = performance.now() - startMs >= graceMs
      for (const transport of this.#open) {
        const { unsentBytes } = transport
        if (isOver || unsentBytes >= (unsent.get(transport) ?? Number.POSITIVE_INFINITY)) transport.close(true)
        else unsent.set(transport, unsentBytes)
      }
    }, STALLED_MS)
    await new Promise<void>((resolve) => {
      this.#drained = resolve
      if (this.#open.size === 0) resolve()
    })
    clearInterval(cut)
  }

  /** Once a second. */
  cron(): void {
    for (const session of this.#overSoftSinceMs.keys()) {
      if (session.closed) this.#overSoftSinceMs.delete(session)
      else this.#checkOutput(session, session.transport.queuedBytes)
    }
    this.#endIdle()
  }

  #endIdle(): void {
    const engine = this.#engine
    const timeoutMs = engine.config.parameter('timeout').value * MS_PER_SECOND
    if (timeoutMs === 0) return
    const nowMs = engine.clock.nowMs()
    for (const session of engine.sessions.values()) {
      // Subscribers and replicas are silent by their nature.
      if (session.outputClass !== 'normal' || session.isMonitor) continue
      if (session.blocked || nowMs - session.lastInteractionMs <= timeoutMs) continue
      engine.log('verbose', 'Closing idle client')
      session.close(false)
    }
  }
}
