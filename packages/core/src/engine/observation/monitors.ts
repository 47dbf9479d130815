/**
 * Monitors: clients that see every command that is run, as one line of text each, behind MONITOR.
 *
 *     +1700000000.123456 [0 127.0.0.1:50312] "set" "key" "value"
 *
 * A line is written once, when its command has run, however many see it. Secrets are left out, and so are commands with
 * the flags `admin` and `skip_monitor`. Source: form and order as observed on Valkey 9.1.
 */

import type { ReplyWriter } from '@kvasir/protocol'
import { fromLatin1 } from '../../structures/bytes.ts'
import type { Call } from '../call.ts'
import { quoteWord } from '../config/line.ts'
import type { Session } from '../session.ts'
import { isRedacted, REDACTED } from './redaction.ts'

const US_PER_SECOND = 1e6
const BLANK = fromLatin1(' ')
const QUOTE = fromLatin1('"')
const LINE_END = fromLatin1('\r\n')
const REDACTED_QUOTED = fromLatin1(quoteWord(REDACTED))
/** What stands for each byte within quotes, and whether it is the byte itself. */
const QUOTED = Array.from({ length: 256 }, (_, byte) => fromLatin1(quoteWord(String.fromCharCode(byte)).slice(1, -1)))
const IS_PLAIN = Uint8Array.from(QUOTED, ({ length }) => (length === 1 ? 1 : 0))

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
    const head = headOf(call)
    engine.pushes.begin((out) => writeLine(out, head, call))
    for (const session of this.#sessions) engine.pushes.sendTo(session)
  }
}

/** The time, the database and the client. */
function headOf({ session, engine }: Call): string {
  const nowUs = engine.nowUs()
  const seconds = Math.floor(nowUs / US_PER_SECOND)
  const digits = String(nowUs % US_PER_SECOND).padStart(6, '0')
  return `${seconds}.${digits} [${session.dbIndex} ${addressOf(session)}]`
}

function writeLine(out: ReplyWriter, head: string, call: Call): void {
  out.simple(head)
  // The words come ahead of the line's end.
  out.pos -= LINE_END.length
  for (let i = 0; i < call.argc; i++) {
    out.raw(BLANK)
    if (isRedacted(call, i)) out.raw(REDACTED_QUOTED)
    else writeQuoted(out, call.buf, call.starts[i], call.lengths[i])
  }
  out.raw(LINE_END)
}

/** As `quoteWord`, for values of any size: bytes that stand for themselves are copied together. */
function writeQuoted(out: ReplyWriter, buf: Uint8Array, start: number, length: number): void {
  const end = start + length
  out.ensure(length + 2)
  out.raw(QUOTE)
  for (let i = start; i < end; i++) {
    const from = i
    while (i < end && IS_PLAIN[buf[i]] === 1) i++
    if (i > from) out.raw(buf, from, i - from)
    if (i < end) out.raw(QUOTED[buf[i]])
  }
  out.raw(QUOTE)
}

function addressOf({ transport }: Session): string {
  return transport.kind === 'unix' ? `unix:${transport.address.replace(/:0$/, '')}` : transport.address
}
