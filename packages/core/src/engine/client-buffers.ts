/**
 * Client buffers: the bytes of requests that are not complete, of replies that their clients have not taken, and of
 * what clients call themselves, for `used_memory`. A sum is kept, so that a look at it costs nothing however many
 * clients there are.
 *
 * A session tells when its query buffer changes and when a reply had to wait; its transport, when all replies have
 * left. In between `refresh` finds out, ten times a second, and looks at those sessions only whose replies wait.
 * Buffers of replicas are not counted: they grow because keys are evicted, and would have more evicted. Source: INFO's
 * documentation of mem_clients_normal and mem_not_counted_for_evict.
 */

import type { Session } from './session.ts'

export class ClientBuffers {
  /** Of all clients but replicas. */
  bytes = 0
  /** Sessions whose replies wait, and how many bytes of them are counted. */
  readonly #queued = new Map<Session, number>()

  /** @param change of a session's query buffer, bytes */
  queryChanged(change: number): void {
    this.bytes += change
  }

  /** The replies that wait for a session are more or fewer than before. */
  queueChanged(session: Session): void {
    const before = this.#queued.get(session) ?? 0
    const now = session.closed || session.outputClass === 'replica' ? 0 : session.transport.queuedBytes
    if (now === before) return
    if (now === 0) this.#queued.delete(session)
    else this.#queued.set(session, now)
    this.bytes += now - before
  }

  /**
   * Gives a session its name, or its library's name or version. As in Valkey they may be as long as a request is.
   * @param text one character for each byte
   */
  setText(session: Session, which: 'name' | 'libName' | 'libVersion', text: string): void {
    // The engine's own sessions are nobody's memory.
    if (session.engine.sessions.has(session.id)) this.bytes += text.length - session[which].length
    session[which] = text
  }

  /** The session is gone. */
  forget(session: Session): void {
    this.bytes -= session.textBytes
    this.queueChanged(session)
  }

  refresh(): void {
    for (const session of this.#queued.keys()) session.queueChanged()
  }
}
