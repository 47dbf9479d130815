/**
 * Pause: CLIENT PAUSE holds clients back, all of them or those that want to write, and lets keys stay although their
 * time is over or memory is full.
 *
 *     dispatch -> holds(...)         the request waits, as it came, with what is behind it
 *     end -> Session.readHeld        and is looked at anew, checks and all
 *
 * Costs one comparison a command while there is no pause. Source: observed behaviour of Valkey 9.1.
 */

import type { Command } from './command.ts'
import type { Engine } from './engine.ts'
import type { Session } from './session.ts'

export type PauseMode = 'write' | 'all'

export class Pause {
  readonly #engine: Engine
  readonly #held = new Set<Session>()
  #endMs = 0
  #stopTimer: (() => void) | undefined
  /** What is held back; undefined while there is no pause. */
  mode: PauseMode | undefined

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Clients that wait for its end. */
  get heldCount(): number {
    return this.#held.size
  }

  /** How long it will last, ms. */
  get leftMs(): number {
    return this.mode === undefined ? 0 : Math.max(0, this.#endMs - this.#engine.clock.nowMs())
  }

  /** Begins a pause. One that there is becomes neither shorter nor laxer. */
  begin(mode: PauseMode, ms: number): void {
    this.mode = this.mode === 'all' ? 'all' : mode
    this.#endMs = Math.max(this.#endMs, this.#engine.clock.nowMs() + ms)
    this.#engine.updateExpiry()
    this.#startTimer()
  }

  #startTimer(): void {
    this.#stopTimer?.()
    this.#stopTimer = this.#engine.clock.every(Math.max(1, this.leftMs), () => this.#onTimer())
  }

  #onTimer(): void {
    if (this.leftMs > 0) return this.#startTimer()
    this.#engine.dispatcher.beginTurn()
    this.end()
    this.#engine.dispatcher.endTurn()
  }

  /** Ends the pause; within a turn, as the requests that waited run at its end. */
  end(): void {
    this.mode = undefined
    this.#endMs = 0
    this.#engine.updateExpiry()
    this.#stopTimer?.()
    this.#stopTimer = undefined
    const sessions = [...this.#held]
    this.#held.clear()
    for (const session of sessions) session.isPostponed = false
    this.#engine.blocking.resumeLater(sessions)
    this.#engine.upkeep.freeMemorySoon()
  }

  /** Whether a request has to wait; it is kept then. */
  holds(session: Session, command: Command): boolean {
    if (session.id === 0 || session.outputClass === 'replica') return false
    if (this.mode === 'write' && !mayWrite(session, command)) return false
    session.isPostponed = true
    session.blocked = true
    this.#held.add(session)
    return true
  }

  /** The session is gone. */
  forget(session: Session): void {
    this.#held.delete(session)
  }

  /** The engine ends. */
  stop(): void {
    this.#stopTimer?.()
  }
}

function mayWrite(session: Session, command: Command): boolean {
  const { transaction } = session
  if (command.fullName !== 'exec') return isWrite(command)
  return transaction?.requests.some((request) => isWrite(request.command)) === true
}

/** What replicas would hear of, as PUBLISH, counts as a write. */
function isWrite(command: Command): boolean {
  return command.isWrite || command.flags.has('may_replicate')
}
