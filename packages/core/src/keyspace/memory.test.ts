/** Memory over time: what is deleted comes back, and what is moved meanwhile stays whole. */

import { describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../commands/_test-client.ts'
import { seeded } from '../structures/_test-random.ts'
import { fromLatin1 } from '../structures/bytes.ts'
import { ArenaFullError } from '../structures/out-of-memory.ts'
import { type Database, KEEP_EXPIRY, NO_EXPIRY } from './database.ts'

const SEGMENT_BYTES = 32 * 1024 * 1024
const HOUR_MS = 3_600_000
const NONE = new Uint8Array(0)

/** Bytes of a value that tell whose it is: every one depends on the key's number and the length. */
function markedValue(id: number, length: number): Uint8Array {
  const value = new Uint8Array(length)
  for (let i = 0; i < Math.min(length, 64); i++) value[i] = (id * 31 + length + i) & 255
  if (length > 0) value[length - 1] = id & 255
  return value
}

function put(db: Database, key: Uint8Array, value: Uint8Array, expiryMs: number): void {
  const address = db.lookupWrite(key, 0, key.length)
  db.putString(address, key, 0, key.length, value, 0, value.length, expiryMs)
}

function remove(db: Database, key: Uint8Array): void {
  const address = db.lookupWrite(key, 0, key.length)
  if (address !== 0) db.removeFound(address)
}

function valueAt(db: Database, key: Uint8Array): Uint8Array | undefined {
  const address = db.lookup(key, 0, key.length)
  if (address === 0) return undefined
  db.value(address)
  return db.valueBuf.slice(db.valueStart, db.valueStart + db.valueLength)
}

const numbered = (id: number): Uint8Array => fromLatin1(`key:${id}`)
const lengthOf = (id: number): number => 50 + ((id * 7) % 500)

/** Keys of about 350 bytes, every third with a time to live of its own. */
function fill({ engine, clock }: TestEngine, count: number): void {
  const db = engine.db(0)
  for (let id = 0; id < count; id++) {
    put(db, numbered(id), markedValue(id, lengthOf(id)), id % 3 === 0 ? clock.now + HOUR_MS + id : NO_EXPIRY)
  }
}

/** Lets the engine tidy up until nothing more happens. */
function settle({ engine, clock }: TestEngine): void {
  for (let quiet = 0; quiet < 3; ) {
    const { arena } = engine.db(0)
    const before = `${arena.reservedBytes} ${arena.pageBytes}`
    clock.advance(100)
    quiet = before === `${arena.reservedBytes} ${arena.pageBytes}` && arena.draining < 0 ? quiet + 1 : 0
  }
}

describe('memory given back', () => {
  const COUNT = 450_000

  it('comes down with the data when 90 % of the keys are deleted, and the rest stays whole', () => {
    const server = startTestEngine()
    const { engine, clock } = server
    const db = engine.db(0)
    fill(server, COUNT)
    const full = db.arena.reservedBytes
    expect(full).toBeGreaterThan(4 * SEGMENT_BYTES)
    for (let id = 0; id < COUNT; id++) if (id % 10 !== 0) remove(db, numbered(id))
    settle(server)
    expect(db.arena.usedBytes).toBeLessThan(full / 8)
    expect(db.arena.reservedBytes).toBeLessThan(db.arena.usedBytes + 2 * SEGMENT_BYTES)
    let wrong = 0
    for (let id = 0; id < COUNT; id += 10) {
      const value = valueAt(db, numbered(id))
      if (value === undefined || Buffer.compare(value, markedValue(id, lengthOf(id))) !== 0) wrong++
    }
    expect(wrong).toBe(0)
    expect(db.size).toBe(COUNT / 10)
    // The timer wheel followed every block that was moved.
    expect(db.wheel.size).toBe(COUNT / 30)
    clock.advance(HOUR_MS + COUNT)
    expect(db.size).toBe(COUNT / 10 - COUNT / 30)
    expect(db.wheel.size).toBe(0)
  })

  it('comes down also when each segment has sizes of its own, and no page is free to begin with', () => {
    const server = startTestEngine()
    const db = server.engine.db(0)
    const random = seeded(9)
    const isRare = (id: number): boolean => id % 2500 === 0
    const length = (id: number): number => (isRare(id) ? 1000 + (id / 2500) * 100 : 100 + ((id * 7919) % 800))
    let count = 0
    for (; count < 200_000 || db.arena.pageBytes < db.arena.reservedBytes; count++) {
      put(db, numbered(count), markedValue(count, length(count)), NO_EXPIRY)
    }
    const full = db.arena.reservedBytes
    expect(full).toBeGreaterThan(3 * SEGMENT_BYTES)
    const kept: number[] = []
    for (let id = 0; id < count; id++) {
      if (isRare(id) || random.below(6) === 0) kept.push(id)
      else remove(db, numbered(id))
    }
    settle(server)
    expect(db.arena.reservedBytes).toBeLessThan(db.arena.usedBytes * 1.15 + 2 * SEGMENT_BYTES)
    const wrong = kept.filter((id) => Buffer.compare(valueAt(db, numbered(id)) ?? NONE, markedValue(id, length(id))))
    expect(wrong).toEqual([])
  })

  it('goes back with FLUSHALL, from an arena that gave segments back before', () => {
    const server = startTestEngine()
    const { engine, clock } = server
    fill(server, COUNT)
    const { arena } = engine.db(0)
    for (let id = 0; id < COUNT; id++) if (id % 10 !== 0) remove(engine.db(0), numbered(id))
    settle(server)
    expect(arena.u8.filter((view) => view.length === 0).length).toBeGreaterThan(1)
    const { startupBytes } = engine
    engine.flush(-1)
    expect(engine.usedBytes()).toBeLessThan(startupBytes + 4096)
    clock.advance(100)
    expect(arena.reservedBytes).toBe(0)
    expect(engine.db(0).arena.reservedBytes).toBeLessThan(2 * 1024 * 1024)
  })
})

describe('memory that runs out', () => {
  it('at any moment leaves every key, its time and the accounts in order', () => {
    const server = startTestEngine()
    const { engine, clock, client } = server
    const { arena } = engine.db(0)
    const random = seeded(11)
    const alloc = arena.alloc.bind(arena)
    let left = 0
    arena.alloc = (bytes, kind) => {
      if (--left < 0) throw new ArenaFullError('no memory')
      return alloc(bytes, kind)
    }
    const model = new Set<string>()
    let refused = 0
    for (let step = 0; step < 60_000; step++) {
      left = random.below(3) === 0 ? random.below(3) : 100
      const key = `key:${random.below(6000)}`
      const grows = step % 20_000 < 12_000
      if (random.below(10) < (grows ? 8 : 1)) {
        if (client.raw('SET', key, 'v'.repeat(random.below(40)), 'PX', '1000000') === '+OK\r\n') model.add(key)
        else refused++
      } else expect(client.raw('DEL', key)).toBe(model.delete(key) ? ':1\r\n' : ':0\r\n')
    }
    expect(refused).toBeGreaterThan(1000)
    left = Number.POSITIVE_INFINITY
    expect(client.run('DBSIZE')).toBe(`(integer) ${model.size}`)
    for (const key of model) expect(client.raw('EXISTS', key)).toBe(':1\r\n')
    clock.advance(2_000_000)
    expect(client.run('DBSIZE')).toBe('(integer) 0')
    expect(arena.usedBytes).toBeLessThan(100_000)
  })
})

describe('churn', () => {
  /** As many rounds on every machine; with KVASIR_SOAK_SECONDS, as many as fit into that time. */
  const seconds = Number(process.env.KVASIR_SOAK_SECONDS ?? 0)
  const ROUNDS = 240

  it(
    'of every size, with overwriting, growing, deleting and expiring, leaks nothing and mixes nothing up',
    () => {
      const server = startTestEngine()
      const { engine, clock } = server
      // Every look at the clock takes time, so that the cron's budget ends in the middle of emptying a segment.
      let looks = 0
      clock.monotonicUs = () => clock.now * 1000 + ++looks * 100
      const db = engine.db(0)
      const empty = { arena: db.arena.usedBytes, objects: db.objectBytes }
      const model = new Churn(server)
      const end = performance.now() + seconds * 1000
      let peakReserved = 0
      let peakUsed = 0
      let drains = 0
      model.fill()
      for (let round = 0; round < ROUNDS || performance.now() < end; round++) {
        // Waves: the dataset grows, then shrinks to a few keys.
        model.round(5000, round % 80 < 40 ? 0.9 : 0.1)
        peakReserved = Math.max(peakReserved, db.arena.reservedBytes)
        if (db.arena.draining >= 0) drains++
        peakUsed = Math.max(peakUsed, db.arena.usedBytes)
        expect(db.size).toBe(model.size)
      }
      expect(drains).toBeGreaterThan(0)
      model.checkAll()
      expect(peakReserved).toBeLessThan(peakUsed * 1.25 + 3 * SEGMENT_BYTES)
      model.removeAll()
      settle(server)
      expect(db.size).toBe(0)
      expect(db.wheel.size).toBe(0)
      expect({ arena: db.arena.usedBytes, objects: db.objectBytes }).toEqual(empty)
      expect(db.arena.reservedBytes).toBeLessThan(2.5 * SEGMENT_BYTES)
    },
    seconds * 1000 + 120_000,
  )
})

const KEY_COUNT = 150_000
const LENGTHS = [0, 1, 10, 43, 44, 60, 100, 200, 255, 256, 300, 700, 1500, 4000, 9000, 15_000, 16_300, 16_400, 40_000]

/** Random changes, and what the database ought to hold after them. */
class Churn {
  readonly #server: TestEngine
  readonly #db: Database
  readonly #random = seeded(12_345)
  readonly #held = new Map<number, { length: number; expiryMs: number }>()

  constructor(server: TestEngine) {
    this.#server = server
    this.#db = server.engine.db(0)
  }

  get size(): number {
    return this.#held.size
  }

  /** Some keys are longer than 255 bytes, some too long for a block. */
  #key(id: number): Uint8Array {
    return fromLatin1(`${id}:${'k'.repeat(id % 1000 === 0 ? 5000 : id % 37 === 0 ? 300 : id % 20)}`)
  }

  fill(): void {
    for (let id = 0; id < KEY_COUNT; id++) this.#put(id)
  }

  round(steps: number, removeShare: number): void {
    for (let i = 0; i < steps; i++) {
      const id = this.#random.below(KEY_COUNT)
      if (this.#random.below(1000) < removeShare * 1000) this.#remove(id)
      else this.#change(id)
      if (i % 50 === 0) this.#check(this.#random.below(KEY_COUNT))
    }
    this.#server.clock.advance(100)
    for (const [id, { expiryMs }] of this.#held) {
      if (expiryMs !== NO_EXPIRY && expiryMs <= this.#server.clock.now) this.#held.delete(id)
    }
  }

  #change(id: number): void {
    const kind = this.#random.below(8)
    if (kind === 0) this.#expire(id)
    else if (kind === 1) this.#resize(id)
    else this.#put(id)
  }

  #length(): number {
    const length = LENGTHS[this.#random.below(LENGTHS.length)] as number
    // Large ones are rare, or nothing else would matter.
    return length > 10_000 && this.#random.below(20) !== 0 ? length % 1000 : length
  }

  #put(id: number): void {
    const length = this.#length()
    const held = this.#held.get(id)
    const keep = held !== undefined && this.#random.below(4) === 0
    const later = this.#random.below(3) === 0 ? this.#server.clock.now + 1 + this.#random.below(20_000) : NO_EXPIRY
    put(this.#db, this.#key(id), markedValue(id, length), keep ? KEEP_EXPIRY : later)
    this.#held.set(id, { length, expiryMs: keep ? held.expiryMs : later })
  }

  #expire(id: number): void {
    const held = this.#held.get(id)
    const key = this.#key(id)
    const address = this.#db.lookupWrite(key, 0, key.length)
    expect(address !== 0).toBe(held !== undefined)
    if (held === undefined) return
    held.expiryMs = this.#random.below(3) === 0 ? NO_EXPIRY : this.#server.clock.now + 1 + this.#random.below(20_000)
    this.#db.setExpiry(address, held.expiryMs)
  }

  #resize(id: number): void {
    const held = this.#held.get(id)
    if (held === undefined) return
    const key = this.#key(id)
    const length = this.#length()
    const { db, value } = { db: this.#db, value: markedValue(id, length) }
    db.resizeString(db.lookupWrite(key, 0, key.length), key, 0, key.length, length)
    db.valueBuf.set(value, db.valueStart)
    held.length = length
  }

  #remove(id: number): void {
    remove(this.#db, this.#key(id))
    this.#held.delete(id)
  }

  #check(id: number): void {
    const held = this.#held.get(id)
    const value = valueAt(this.#db, this.#key(id))
    if (held === undefined) expect(value).toBe(undefined)
    else expect(Buffer.compare(value as Uint8Array, markedValue(id, held.length)), `key ${id}`).toBe(0)
  }

  checkAll(): void {
    for (let id = 0; id < KEY_COUNT; id++) this.#check(id)
  }

  removeAll(): void {
    for (let id = 0; id < KEY_COUNT; id++) this.#remove(id)
  }
}
