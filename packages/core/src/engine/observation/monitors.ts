/**
 * Monitors: clients that see every command that is run, as one line of text each, behind MONITOR.
 *
 *     +1700000000.123456 [0 127.0.0.1:50312] "set" "key" "value"
 *
 * A line is written once, when its command has run, however many see it. Secrets are left out, and so are commands with
 * the flags `admin` and `skip_monitor`. Source: form and order as observed on Valkey 9.1.
 */

import { latin1 } from '../../structures/bytes.ts'
import type { Call } from '../call.ts'
import { quoteWord } from '../config/line.ts'
import type { Session } from '../session.ts'
import { isRedacted, REDACTED } from './redaction.ts'

const US_PER_SECOND = 1e6

export class Monitors {
  readonly #sessions = new Set<Session>()
  readonly #changed: () => void

  /** Whether anybody looks. */
  areThere = false

  /** @param changed called when `areThere` may have changed */
  constructor(changed: () => void) {
    this.#changed = changed
  }

  add(session: Session): void {
    session.isMonitor = true
    this.#sessions.add(session)
    this.areThere = true
    this.#changed()
  }

  forget(session: Session): void {
    if (!this.#sessions.delete(session)) return
    session.isMonitor = false
    this.areThere = this.#sessions.size > 0
    this.#changed()
  }

  /** Shows a command that has run. */
  show(call: Call): void {
    const { engine, command } = call
    if (command.flags.has('admin') || command.flags.has('skip_monitor')) return
    const line = lineOf(call)
    engine.pushes.begin((out) => out.simple(line))
    for (const session of this.#sessions) engine.pushes.sendTo(session)
  }
}

function lineOf(call: Call): string {
  const { session, engine, argc } = call
  const nowUs = engine.nowUs()
  const seconds = Math.floor(nowUs / US_PER_SECOND)
  const digits = String(nowUs % US_PER_SECOND).padStart(6, '0')
  let line = `${seconds}.${digits} [${session.dbIndex} ${addressOf(session)}]`
  for (let i = 0; i < argc; i++) {
    const word = isRedacted(call, i) ? REDACTED : latin1(call.buf, call.starts[i], call.lengths[i])
    line += ` ${quoteWord(word)}`
  }
  return line
}

function addressOf({ transport }: Session): string {
  return transport.kind === 'unix' ? `unix:${transport.address.replace(/:0$/, '')}` : transport.address
}
