/**
 * Client eviction: closes the clients that take the most memory while all together take more than `maxmemory-clients`.
 *
 * Looked at when a turn ends, and within one while a client has megabytes waiting: one comparison without a limit, a
 * few additions with one, and the clients one by one only when there is too much. Replicas and clients that said CLIENT
 * NO-EVICT ON are counted and stay. Source: https://valkey.io/topics/clients/#client-eviction
 */

import type { Engine } from './engine.ts'
import type { Session } from './session.ts'

/** A lower limit is taken for this one: nobody could talk to the server otherwise. */
const LIMIT_BYTES_MIN = 128 * 1024

export class ClientEviction {
  readonly #engine: Engine
  #limitBytes = 0

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** `maxmemory-clients` or `maxmemory` changed. @param limit bytes; below zero, percent of `maxmemory`; 0 for none */
  setLimit(limit: number): void {
    const bytes = limit < 0 ? (this.#engine.maxmemoryBytes * -limit) / 100 : limit
    this.#limitBytes = bytes === 0 ? 0 : Math.max(bytes, LIMIT_BYTES_MIN)
  }

  evict(): void {
    if (this.#limitBytes > 0 && this.#engine.clientBytes > this.#limitBytes) this.#evictLargest()
  }

  #evictLargest(): void {
    const { sessions, stats, log } = this.#engine
    const sizes = [...sessions.values()].filter(isEvictable).map((session) => ({ session, bytes: session.memoryBytes }))
    sizes.sort((a, b) => b.bytes - a.bytes)
    for (const { session, bytes } of sizes) {
      if (this.#engine.clientBytes <= this.#limitBytes) return
      log('notice', `Evicting client: id=${session.id} addr=${session.transport.address} tot-mem=${bytes}`)
      stats.evictedClients++
      session.close(true)
    }
  }
}

function isEvictable(session: Session): boolean {
  return !session.noEvict && !session.isProtected && session.outputClass !== 'replica'
}
