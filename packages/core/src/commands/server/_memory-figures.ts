/** Where the memory goes: the figures behind INFO memory, MEMORY STATS and MEMORY DOCTOR. */

import type { Engine } from '../../engine/engine.ts'

export interface MemoryFigures {
  /** What `maxmemory` is compared with. */
  readonly used: number
  readonly peak: number
  /** What an engine without keys holds. */
  readonly startup: number
  /** Startup, the tables of the keyspace, and the clients. */
  readonly overhead: number
  /** Keys and values. */
  readonly dataset: number
  /** The clients: their sessions, buffers, subscriptions, requests that are queued or wait. */
  readonly clients: number
  /** In live blocks of the arenas. */
  readonly allocated: number
  /** In pages of the arenas that are in use. */
  readonly active: number
  /** In segments of the arenas. */
  readonly reserved: number
  /** Of the process; `reserved` where the host cannot tell. */
  readonly resident: number
  readonly keys: number
}

export function memoryFigures(engine: Engine): MemoryFigures {
  engine.clientBuffers.refresh()
  const used = engine.usedBytes()
  let index = 0
  let allocated = 0
  let active = 0
  let reserved = 0
  let keys = 0
  for (const db of engine.databases()) {
    index += db.table.indexBytes
    allocated += db.arena.usedBytes
    active += db.arena.pageBytes
    reserved += db.arena.reservedBytes
    keys += db.size
  }
  const clients = engine.clientBytes
  const startup = engine.startupBytes
  const overhead = Math.min(used, startup + index + clients)
  return {
    used,
    peak: engine.peakBytes,
    startup,
    overhead,
    dataset: Math.max(0, used - overhead),
    clients,
    allocated,
    active,
    reserved,
    resident: engine.host.residentBytes?.() ?? reserved,
    keys,
  }
}
