/**
 * Command logs: the last requests that took long, were large or had a large reply; SLOWLOG and COMMANDLOG show them.
 * An entry holds at most 32 words of 128 bytes. Source: forms and limits as observed on Valkey 9.1.
 */

import { beginningOf, fromLatin1 } from '../../structures/bytes.ts'
import { RecentItems } from '../../structures/recent-items.ts'
import type { Call } from '../call.ts'
import { isRedacted, REDACTED } from './redaction.ts'

const WORDS_MAX = 32
const WORD_BYTES_MAX = 128
/** Valkey keeps all of a name. */
const NAME_LENGTH_MAX = 4096

export interface CommandLogEntry {
  /** Counts up for as long as the server runs. */
  readonly id: number
  /** Seconds since 1970. */
  readonly atSeconds: number
  /** Microseconds in the slow log, else bytes. */
  readonly amount: number
  readonly words: readonly Uint8Array[]
  readonly address: string
  /** As CLIENT SETNAME gave it; of a long one, the beginning. */
  readonly clientName: string
}

export class CommandLog {
  readonly #entries = new RecentItems<CommandLogEntry>()
  #nextId = 0
  #countMax = 0

  get count(): number {
    return this.#entries.count
  }

  limit(countMax: number): void {
    this.#countMax = countMax
    this.#entries.limit(countMax)
  }

  /** @param amount microseconds or bytes, whole */
  add(call: Call, amount: number): void {
    const { session, engine } = call
    this.#entries.add({
      id: this.#nextId++,
      atSeconds: Math.floor(engine.nowMs / 1000),
      amount,
      words: wordsOf(call),
      address: session.transport.address,
      clientName: beginningOf(session.name, NAME_LENGTH_MAX),
    })
    this.#entries.limit(this.#countMax)
  }

  /** The newest first. */
  newest(countMax: number): readonly CommandLogEntry[] {
    return this.#entries.newest(countMax)
  }

  clear(): void {
    this.#entries.clear()
  }
}

function wordsOf(call: Call): Uint8Array[] {
  const { argc } = call
  const shown = argc > WORDS_MAX ? WORDS_MAX - 1 : argc
  const words = Array.from({ length: shown }, (_, i) => (isRedacted(call, i) ? fromLatin1(REDACTED) : wordOf(call, i)))
  if (shown < argc) words.push(fromLatin1(`... (${argc - shown} more arguments)`))
  return words
}

function wordOf(call: Call, index: number): Uint8Array {
  const start = call.starts[index]
  const length = call.lengths[index]
  if (length <= WORD_BYTES_MAX) return call.buf.slice(start, start + length)
  const rest = fromLatin1(`... (${length - WORD_BYTES_MAX} more bytes)`)
  const word = new Uint8Array(WORD_BYTES_MAX + rest.length)
  word.set(call.buf.subarray(start, start + WORD_BYTES_MAX))
  word.set(rest, WORD_BYTES_MAX)
  return word
}
