/**
 * Defragmenter: brings the blocks of a database's arena closer together when much of it is holes, a step at a time
 * between commands. Segments are emptied and given back; where none can be, pages are emptied into others of their
 * size.
 */

import { KIND_INDEX } from '../structures/arena.ts'
import type { Database } from './database.ts'
import { FLAG_TTL } from './entry.ts'

const OBJECTS_PER_STEP = 16

export class Defragmenter {
  readonly #db: Database
  #pageCursor = 0
  #objectCursor = 0

  constructor(db: Database) {
    this.#db = db
  }

  /**
   * Moves one page's blocks, or some objects', or gives an empty segment back. That takes as long as many moves, so it
   * never follows them at once.
   * @returns false when there is nothing to do at present
   */
  step(): boolean {
    const { arena, table } = this.#db
    if (table.snapshotActive) return false
    if (arena.draining < 0) {
      this.#pageCursor = 0
      this.#objectCursor = 0
      if (!arena.isSlack) return false
      if (arena.startDrain() >= 0) return true
      // No segment's blocks find room elsewhere: pages emptied into others of their class make some.
      const page = arena.nextSparsePage()
      if (page >= 0) arena.emptyPage(page, this.#moved)
      return page >= 0
    }
    if (arena.drained) {
      arena.finishDrain()
      return false
    }
    if (this.#pageCursor >= 0) this.#pageCursor = arena.drainPage(this.#pageCursor, this.#moved)
    else this.#leaveSegment(arena.draining)
    return !arena.drained
  }

  /** Has the next objects move their blocks out of a segment. */
  #leaveSegment(segment: number): void {
    const { objects } = this.#db
    for (let i = 0; i < OBJECTS_PER_STEP && this.#objectCursor < objects.length; i++) {
      const object = objects[this.#objectCursor++]
      if (object !== undefined && !(object instanceof Uint8Array)) object.leaveSegment?.(segment)
    }
    if (this.#objectCursor < objects.length) return
    // Whoever put blocks there since the segment was chosen is asked in the next round.
    this.#objectCursor = 0
    this.#pageCursor = 0
  }

  readonly #moved = (from: number, to: number, kind: number): void => {
    const { table, wheel } = this.#db
    if (kind === KIND_INDEX) return table.relocateRegion(from, to)
    table.relocate(from, to)
    if ((this.#db.flags(to) & FLAG_TTL) !== 0) wheel.moved(to)
  }
}
