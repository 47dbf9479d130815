/**
 * Eviction: frees memory by the policy of `maxmemory-policy`.
 *
 * LRU, LFU and TTL policies sample keys and keep the best candidates over calls in a small pool, so that few samples
 * come close to the true order. Access clocks have 24 bits: LRU holds seconds; LFU holds minutes of the last decrement
 * (16 bits) and a logarithmic counter (8 bits).
 *
 * Source: https://valkey.io/topics/lru-cache/
 */

import { equalBytes } from '../structures/bytes.ts'
import type { Database } from './database.ts'
import { NO_EXPIRY } from './database.ts'

export type EvictionPolicy =
  | 'noeviction'
  | 'allkeys-lru'
  | 'allkeys-lfu'
  | 'allkeys-random'
  | 'volatile-lru'
  | 'volatile-lfu'
  | 'volatile-random'
  | 'volatile-ttl'

const POOL_SIZE = 16
const LFU_INITIAL = 5
/** One key in so many with a time to live: then it is found sooner in the wheel than in the table. */
const VOLATILE_RARITY = 16
const VOLATILE_ATTEMPTS_MAX = 32
const CLOCK_MASK = 0xffffff

/** Parameters that INFO and CONFIG show; the engine keeps them up to date. */
export interface EvictionParameters {
  policy: EvictionPolicy
  samples: number
  lfuLogFactor: number
  lfuDecayMinutes: number
}

interface Candidate {
  readonly db: Database
  readonly key: Uint8Array
  /** Higher goes first. */
  readonly score: number
}

/** The LRU clock: seconds, 24 bits. */
export function lruClock(nowMs: number): number {
  return Math.floor(nowMs / 1000) & CLOCK_MASK
}

export function lfuClock(nowMs: number, counter: number): number {
  return ((Math.floor(nowMs / 60_000) & 0xffff) << 8) | counter
}

export function initialLfuClock(nowMs: number): number {
  return lfuClock(nowMs, LFU_INITIAL)
}

/** Seconds since the access that the clock holds. */
export function idleSeconds(clock: number, nowMs: number): number {
  return (lruClock(nowMs) - clock) & CLOCK_MASK
}

/** The LFU counter as it is now: one less for every `decayMinutes` since its last decrement. */
export function lfuCounter(clock: number, nowMs: number, decayMinutes: number): number {
  const counter = clock & 0xff
  if (decayMinutes === 0) return counter
  const elapsed = ((Math.floor(nowMs / 60_000) & 0xffff) - (clock >>> 8)) & 0xffff
  return Math.max(0, counter - Math.floor(elapsed / decayMinutes))
}

/** The LFU clock after one more access; the higher the counter, the less likely it grows. @param random 32 bits */
export function lfuTouched(clock: number, nowMs: number, parameters: EvictionParameters, random: number): number {
  let counter = lfuCounter(clock, nowMs, parameters.lfuDecayMinutes)
  if (counter < 255) {
    const chance = 1 / (Math.max(0, counter - LFU_INITIAL) * parameters.lfuLogFactor + 1)
    if (random / 2 ** 32 < chance) counter++
  }
  return lfuClock(nowMs, counter)
}

export class Eviction {
  readonly parameters: EvictionParameters
  readonly #databases: () => Iterable<Database>
  readonly #random: () => number
  #pool: Candidate[] = []

  constructor(parameters: EvictionParameters, databases: () => Iterable<Database>, random: () => number) {
    this.parameters = parameters
    this.#databases = databases
    this.#random = random
  }

  get usesLfu(): boolean {
    return this.parameters.policy === 'allkeys-lfu' || this.parameters.policy === 'volatile-lfu'
  }

  /** The policy changed: scores of the old one mean nothing. */
  reset(): void {
    this.#pool = []
  }

  /**
   * Chooses the next key to evict.
   * @returns its database and a copy of its name, or undefined when the policy finds none
   */
  next(nowMs: number): { db: Database; key: Uint8Array } | undefined {
    const { policy } = this.parameters
    if (policy === 'noeviction') return undefined
    if (policy === 'allkeys-random' || policy === 'volatile-random') return this.#randomKey(policy)
    for (let round = 0; round < 4; round++) {
      this.#fillPool(nowMs)
      for (let best = this.#pool.pop(); best !== undefined; best = this.#pool.pop()) {
        const address = best.db.find(best.key, 0, best.key.length)
        if (address !== 0 && (!policy.startsWith('volatile') || best.db.expiryMs(address) !== NO_EXPIRY)) return best
      }
    }
    return this.#anyKey()
  }

  #randomKey(policy: EvictionPolicy): { db: Database; key: Uint8Array } | undefined {
    const dbs = [...this.#databases()].filter((db) => (policy === 'allkeys-random' ? db.size : db.wheel.size) > 0)
    if (dbs.length === 0) return undefined
    const db = dbs[this.#random() % dbs.length]
    const address = policy === 'allkeys-random' ? db.table.sample(this.#random) : this.#sampleVolatile(db)
    return address === 0 ? undefined : { db, key: db.keyBytes(address).slice() }
  }

  /** A key with a time to live: from the table, where all are as likely, or from the wheel when they are rare. */
  #sampleVolatile(db: Database): number {
    const attempts = db.wheel.size * VOLATILE_RARITY < db.size ? 0 : VOLATILE_ATTEMPTS_MAX
    for (let attempt = 0; attempt < attempts; attempt++) {
      const address = db.table.sample(this.#random)
      if (address !== 0 && db.expiryMs(address) !== NO_EXPIRY) return address
    }
    return db.wheel.sample(this.#random)
  }

  /** The last resort when samples found nothing: any key that the policy allows. */
  #anyKey(): { db: Database; key: Uint8Array } | undefined {
    const isVolatile = this.parameters.policy.startsWith('volatile')
    for (const db of this.#databases()) {
      if ((isVolatile ? db.wheel.size : db.size) === 0) continue
      const address = isVolatile ? db.wheel.first() : db.table.sample(this.#random)
      if (address !== 0) return { db, key: db.keyBytes(address).slice() }
    }
    return undefined
  }

  #fillPool(nowMs: number): void {
    const isVolatile = this.parameters.policy.startsWith('volatile')
    for (const db of this.#databases()) {
      if ((isVolatile ? db.wheel.size : db.size) === 0) continue
      for (let i = 0; i < this.parameters.samples; i++) {
        const address = isVolatile ? this.#sampleVolatile(db) : db.table.sample(this.#random)
        if (address !== 0) this.#offer(db, address, this.#score(db, address, nowMs))
      }
      if (this.parameters.policy === 'volatile-ttl') {
        const soonest = db.wheel.first()
        this.#offer(db, soonest, this.#score(db, soonest, nowMs))
      }
    }
  }

  #score(db: Database, address: number, nowMs: number): number {
    const { policy, lfuDecayMinutes } = this.parameters
    if (policy === 'volatile-ttl') return -db.expiryMs(address)
    const clock = db.accessClock(address)
    return this.usesLfu ? 255 - lfuCounter(clock, nowMs, lfuDecayMinutes) : idleSeconds(clock, nowMs)
  }

  /** Keeps the pool sorted by score, the best at the end. */
  #offer(db: Database, address: number, score: number): void {
    const pool = this.#pool
    if (pool.length === POOL_SIZE && score <= pool[0].score) return
    const key = db.keyBytes(address)
    for (const other of pool) if (other.db === db && equalBytes(other.key, key)) return
    let at = pool.length
    while (at > 0 && pool[at - 1].score > score) at--
    pool.splice(at, 0, { db, key: key.slice(), score })
    if (pool.length > POOL_SIZE) pool.shift()
  }
}
