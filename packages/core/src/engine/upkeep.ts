/**
 * Upkeep: what an engine does between commands. Keys whose time is over, memory over the limit, memory to give back.
 *
 * Everything is done in slices of at most a few milliseconds; what is left goes on with `Clock.soon` or the next cron.
 */

import { expireElements } from '../keyspace/element-expiry.ts'
import type { Arena } from '../structures/arena.ts'
import type { ValueObject } from '../types/value-object.ts'
import type { Engine } from './engine.ts'
import { EVENT_EVICTED } from './events.ts'

const EXPIRE_STEPS = 64
/** Evictions between two looks at the clock. */
const EVICT_STEPS = 16
/** A value with more than this in its arena is given back in slices: that much takes about a millisecond. */
const FREED_AT_ONCE_BYTES = 1024 * 1024
/** Blocks given back between two looks at the clock, and how long a turn may take. */
const RELEASE_STEPS = 64
const RELEASE_BUDGET_US = 1000
const CRON_INTERVAL_MS = 100
/** Per cron: at most 3 % of the time goes into moving blocks. */
const DEFRAG_BUDGET_US = 3000

export class Upkeep {
  readonly #engine: Engine
  readonly #discarded: Arena[] = []
  #released: { readonly arena: Arena | undefined; readonly steps: Iterator<void> }[] = []
  #releasesSoon = false
  #evicts = false
  #evictsSoon = false
  #expiresSoon = false
  #givesBackSoon = false
  #stopCron: () => void

  constructor(engine: Engine) {
    this.#engine = engine
    this.#stopCron = engine.clock.every(CRON_INTERVAL_MS, () => this.cron())
  }

  stop(): void {
    this.#stopCron()
  }

  /** An arena that is not used any more: it goes back a segment at a time. */
  discard(arena: Arena): void {
    this.#discarded.push(arena)
    this.#released = this.#released.filter((release) => release.arena !== arena)
  }

  /** A value that no key has any more: a large one goes back a slice at a time, between the turns. */
  free(object: ValueObject): void {
    // What has no blocks is a buffer, and whoever has just asked for its bytes may not be done with them in this turn.
    const isLarge = object.arenaBytes === undefined || object.arenaBytes > FREED_AT_ONCE_BYTES
    if (object.release === undefined || !isLarge) return object.free?.()
    this.#released.push({ arena: object.arena, steps: object.release() })
    this.#releaseSoon()
  }

  /** Values that are on their way back to memory, and how many went the whole way. */
  get pendingReleases(): number {
    return this.#released.length
  }

  releasedCount = 0

  #releaseSoon(): void {
    if (this.#releasesSoon) return
    this.#releasesSoon = true
    this.#engine.clock.soon(() => {
      this.#releasesSoon = false
      const endUs = this.#engine.clock.monotonicUs() + RELEASE_BUDGET_US
      while (this.#released.length > 0) {
        this.#releaseSome()
        if (this.#engine.clock.monotonicUs() > endUs) break
      }
      if (this.#released.length > 0 && !this.#engine.closed) this.#releaseSoon()
    })
  }

  #releaseSome(): void {
    const { steps } = this.#released[0]
    for (let i = 0; i < RELEASE_STEPS; i++) {
      if (steps.next().done !== true) continue
      this.#released.shift()
      this.releasedCount++
      return
    }
  }

  /** Ten times a second: time, expiry, memory. */
  cron(): void {
    if (this.#engine.dispatcher.busy || this.#engine.closed || this.#engine.cronPaused) return
    const startUs = this.#engine.clock.monotonicUs()
    this.#cron()
    const us = this.#engine.clock.monotonicUs() - startUs
    const { stats } = this.#engine
    stats.upkeepUs += us
    stats.turnUsMax = Math.max(stats.turnUsMax, us)
  }

  #cron(): void {
    this.#engine.dispatcher.beginTurn()
    this.#engine.updateAccessClock()
    this.#engine.stats.sample(this.#engine.nowMs)
    // What goes on between the turns already is not begun once more: both would run in the same pause.
    if (this.#mayExpire && !this.#expiresSoon) this.expireDue(this.#engine.expireBudgetUs)
    if (this.#discarded.length === 0) {
      this.#engine.stats.defragUs += this.#timed('active-defrag-cycle', () => this.#defragment())
    } else if (!this.#givesBackSoon) this.#giveBack()
    this.#engine.clientBuffers.refresh()
    this.#engine.tracking.forgetSome()
    this.#noteMemory()
    this.#engine.usedBytes()
    this.#endTurn()
  }

  /** Has LATENCY hear of what takes long. @returns what it took, microseconds */
  #timed(event: string, task: () => void): number {
    const { clock, observer, nowMs } = this.#engine
    const startUs = clock.monotonicUs()
    task()
    const us = clock.monotonicUs() - startUs
    observer.latency.note(event, us, nowMs)
    return us
  }

  /** Notes whether memory is beyond its limit. */
  #noteMemory(): void {
    const { stats, maxmemoryBytes, nowMs } = this.#engine
    stats.evictionExceeded.note(maxmemoryBytes > 0 && this.#engine.usedBytes() > maxmemoryBytes, nowMs)
  }

  /** Keys that went away between commands may be waited for, and subscribers hear of them. */
  #endTurn(): void {
    const { blocking, dispatcher } = this.#engine
    if (blocking.hasReady) blocking.serve()
    dispatcher.endTurn()
  }

  get #mayExpire(): boolean {
    return this.#engine.activeExpire && this.#engine.canDeleteExpired
  }

  setCronInterval(intervalMs: number): void {
    this.#stopCron()
    this.#stopCron = this.#engine.clock.every(intervalMs, () => this.cron())
  }

  /**
   * Deletes keys, and elements of collections, whose time is over for at most `budgetUs`, and goes on soon when there
   * are more. Requests that have come meanwhile are answered in between, however many there are: the busier the server,
   * the smaller expiry's share.
   */
  expireDue(budgetUs: number): void {
    const { stats } = this.#engine
    stats.expireUs += this.#timed('expire-cycle', () => this.#expireDue(budgetUs))
  }

  #expireDue(budgetUs: number): void {
    const endUs = this.#engine.clock.monotonicUs() + budgetUs
    for (const db of this.#engine.databases()) {
      while (db.expireDue(EXPIRE_STEPS) >= EXPIRE_STEPS || expireElements(db, EXPIRE_STEPS) >= EXPIRE_STEPS) {
        if (this.#engine.clock.monotonicUs() < endUs) continue
        this.#engine.stats.expiredTimeCapReached++
        this.#expireSoon(budgetUs)
        return
      }
    }
  }

  #expireSoon(budgetUs: number): void {
    if (this.#expiresSoon) return
    this.#expiresSoon = true
    this.#engine.clock.soon(() => {
      this.#expiresSoon = false
      if (this.#engine.closed || !this.#mayExpire) return
      this.#engine.dispatcher.beginTurn()
      this.expireDue(budgetUs)
      this.#endTurn()
    })
  }

  /** Arenas of flushed databases go back a segment at a time: unmapping one takes up to 3 ms. */
  #giveBack(): void {
    const arena = this.#discarded.at(-1)
    if (arena === undefined) return
    if (!arena.dropLastSegment()) this.#discarded.pop()
    this.#givesBackSoon = this.#discarded.length > 0
    if (this.#givesBackSoon) this.#engine.clock.soon(() => this.#giveBack())
  }

  #defragment(): void {
    // Their owners do not follow their blocks any more.
    if (this.#released.length > 0) return
    const endUs = this.#engine.clock.monotonicUs() + DEFRAG_BUDGET_US
    for (const db of this.#engine.databases()) {
      while (this.#engine.clock.monotonicUs() < endUs && db.defragmenter.step()) {}
    }
  }

  /**
   * Evicts until memory is below `maxmemory`, for at most `evictBudgetUs`; the rest is evicted between the turns.
   * A command that a listener runs while a key is evicted does not evict more, level within level: it is let through.
   * During a pause everything stays, and nothing is refused for it.
   * @returns false when there is nothing left that could be evicted
   */
  freeMemory(): boolean {
    const { maxmemoryBytes, pause } = this.#engine
    if (this.#evicts || maxmemoryBytes === 0 || pause.mode !== undefined) return true
    if (this.#engine.usedBytes() <= maxmemoryBytes) return true
    this.#evicts = true
    try {
      let isLeft = true
      this.#timed('eviction-cycle', () => {
        isLeft = this.#evict()
      })
      this.#noteMemory()
      return isLeft
    } finally {
      this.#evicts = false
    }
  }

  #evict(): boolean {
    const endUs = this.#engine.clock.monotonicUs() + this.#engine.evictBudgetUs
    for (let step = 1; this.#engine.usedBytes() > this.#engine.maxmemoryBytes; step++) {
      // What is on its way back counts until it is: no other key need go for it.
      if (this.#released.length > 0) this.#releaseSome()
      else if (!this.#evictNext()) return false
      if (step % EVICT_STEPS === 0 && this.#engine.clock.monotonicUs() > endUs) {
        this.freeMemorySoon()
        return true
      }
    }
    return true
  }

  /**
   * As in Valkey, `import-mode` itself forbids it, whoever the clients are: which keys go is for the source to say.
   * @returns false when there is nothing that could be evicted
   */
  #evictNext(): boolean {
    if (this.#engine.importMode) return false
    const victim = this.#engine.eviction.next(this.#engine.nowMs)
    if (victim === undefined) return false
    const { db, key } = victim
    const address = db.find(key, 0, key.length)
    this.#engine.stats.evictedKeys++
    db.removeFound(address)
    this.#engine.keyGone(db, key, EVENT_EVICTED, 'evicted')
    return true
  }

  /** As `freeMemory`, between the turns. */
  freeMemorySoon(): void {
    if (this.#evictsSoon || this.#engine.maxmemoryBytes === 0) return
    this.#evictsSoon = true
    this.#engine.clock.soon(() => {
      this.#evictsSoon = false
      if (this.#engine.closed) return
      this.#engine.dispatcher.beginTurn()
      this.freeMemory()
      this.#endTurn()
    })
  }
}
