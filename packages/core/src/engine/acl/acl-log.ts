/**
 * ACL log: what was refused, the newest first. A refusal like one of the last ten, within a minute of it, is counted
 * there and moves to the front. Source: https://valkey.io/commands/acl-log/ and observed behaviour of Valkey 9.1.
 */

import { beginningOf } from '../../structures/bytes.ts'
import { RecentItems } from '../../structures/recent-items.ts'

/** So far back an entry of the same kind is looked for. */
const SAME_SEARCHED = 10
const SAME_WITHIN_MS = 60_000
/** A key, a user's name and what a client calls itself can be long; Valkey keeps all of them. */
const TEXT_LENGTH_MAX = 4096

/** What was refused; texts have one character per byte. */
export interface Refusal {
  readonly reason: 'auth' | 'command' | 'key' | 'channel' | 'database' | 'tls-cert'
  readonly context: 'toplevel' | 'multi' | 'lua' | 'module'
  /** The command, key, channel or database; empty for a certificate. */
  readonly object: string
  readonly userName: string
  /** As CLIENT LIST has it. */
  readonly clientLine: string
}

export interface AclLogEntry extends Refusal {
  readonly id: number
  readonly createdMs: number
  readonly updatedMs: number
  readonly count: number
}

export class AclLog {
  readonly #entries = new RecentItems<AclLogEntry>()
  #nextId = 0

  /** The newest first. */
  entries(countMax: number): readonly AclLogEntry[] {
    return this.#entries.newest(countMax)
  }

  /** @param lengthMax entries that are kept from now on; with 0 nothing is added */
  add(refusal: Refusal, nowMs: number, lengthMax: number): void {
    if (lengthMax === 0) return
    const cut: Refusal = {
      ...refusal,
      object: beginningOf(refusal.object, TEXT_LENGTH_MAX),
      userName: beginningOf(refusal.userName, TEXT_LENGTH_MAX),
      clientLine: beginningOf(refusal.clientLine, TEXT_LENGTH_MAX),
    }
    const at = this.#entries.newest(SAME_SEARCHED).findIndex((entry) => isSame(entry, cut, nowMs))
    const same = at < 0 ? undefined : this.#entries.take(at)
    const entry: AclLogEntry = {
      ...cut,
      id: same?.id ?? this.#nextId++,
      createdMs: same?.createdMs ?? nowMs,
      updatedMs: nowMs,
      count: (same?.count ?? 0) + 1,
    }
    this.#entries.add(entry)
    this.#entries.limit(lengthMax)
  }

  reset(): void {
    this.#entries.clear()
  }
}

function isSame(entry: AclLogEntry, refusal: Refusal, nowMs: number): boolean {
  return (
    entry.reason === refusal.reason &&
    entry.context === refusal.context &&
    entry.object === refusal.object &&
    entry.userName === refusal.userName &&
    nowMs - entry.updatedMs <= SAME_WITHIN_MS
  )
}
