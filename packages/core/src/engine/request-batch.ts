/**
 * Request batch: the next few requests of one receive buffer, parsed ahead, so that the memory that they will touch can
 * be fetched together before the first of them runs.
 *
 * The requests are run in order, each as if it stood alone: only finding its command and hashing its first key are done
 * ahead, and neither depends on what the requests before it do (a change of the command table is noticed).
 */

import { PROTOCOL_ERROR, REQUEST, RequestParser } from '@kvasir/protocol'
import type { Database } from '../keyspace/database.ts'
import { PREFETCH_MAX } from '../structures/hash-table.ts'
import type { Command } from './command.ts'
import type { CommandTable } from './command-table.ts'

/** As many as the table prefetches at once. */
export const BATCH_REQUESTS_MAX = PREFETCH_MAX

export class RequestBatch {
  readonly parsers: readonly RequestParser[] = Array.from({ length: BATCH_REQUESTS_MAX }, () => new RequestParser())
  readonly commands: (Command | undefined)[] = new Array(BATCH_REQUESTS_MAX).fill(undefined)
  /** Of the first key of each request; meaningless where `keyIndexes` is 0. */
  readonly hashes = new Int32Array(BATCH_REQUESTS_MAX)
  readonly keyIndexes = new Uint8Array(BATCH_REQUESTS_MAX)
  readonly #wanted = new Int32Array(BATCH_REQUESTS_MAX)
  /** Where the requests found end. */
  pos = 0
  /** The text of the protocol error behind the requests found, or undefined. */
  error: string | undefined
  tableVersion = 0

  /**
   * Parses up to `requestsMax` requests.
   * @returns how many; fewer than asked means that the rest is incomplete or, with `error` set, wrong
   */
  fill(
    buf: Uint8Array,
    start: number,
    end: number,
    requestsMax: number,
    authenticated: boolean,
    bulkBytesMax: number,
  ): number {
    this.pos = start
    this.error = undefined
    let count = 0
    while (count < requestsMax && this.pos < end) {
      const parser = this.parsers[count]
      parser.reset()
      parser.bulkBytesMax = bulkBytesMax
      parser.pos = this.pos
      const found = parser.parse(buf, end, authenticated)
      if (found === PROTOCOL_ERROR) this.error = parser.error
      if (found !== REQUEST) return count
      this.pos = parser.pos
      if (parser.argc > 0) count++
    }
    return count
  }

  /** Finds the commands of the first `count` requests and fetches what their first keys lead to. */
  prefetch(count: number, table: CommandTable, db: Database): void {
    this.tableVersion = table.version
    let wanted = 0
    for (let i = 0; i < count; i++) {
      const { buf, argStart, argLength, argc } = this.parsers[i]
      const command = table.find(buf, argStart[0], argLength[0])
      this.commands[i] = command
      const index = command === undefined ? 0 : command.firstKeyIndex
      this.keyIndexes[i] = 0
      if (index === 0 || index >= argc) continue
      const hash = db.table.hash(buf, argStart[index], argLength[index])
      this.keyIndexes[i] = index
      this.hashes[i] = hash
      this.#wanted[wanted++] = hash
    }
    if (wanted > 1) db.table.prefetch(this.#wanted, wanted)
  }

  /** Gives back argument arrays that huge requests left behind. */
  shrink(): void {
    // By index: an iterator would be an object on every turn.
    for (let i = 0; i < BATCH_REQUESTS_MAX; i++) this.parsers[i].shrink()
  }
}
