/**
 * Time of the hash table among a million keys of 16 bytes, beside a Map with strings for keys:
 * `npm run bench -- micro hash-table`. One round is 1,000 operations, so that the microseconds of a round are the
 * nanoseconds of an operation. Keys come in random order: most of the time goes into waiting for memory.
 */
import { test } from 'vitest'
import { seeded } from './_test-random.ts'
import { Arena, KIND_ENTRY, SEGMENT_SHIFT, SEGMENT_UNIT_MASK } from './arena.ts'
import { fromLatin1, latin1 } from './bytes.ts'
import { HashTable, PREFETCH_MAX } from './hash-table.ts'
import { hashBytes } from './siphash.ts'

const KEYS_COUNT = 1_000_000
const OPERATIONS_COUNT = 1000
const KEY_BYTES = 16
const BLOCK_BYTES = 32
const OPTIONS = { time: 1000, warmupTime: 300 }

/** A table whose blocks hold a key of 16 bytes each, and room for a value. */
class Table extends HashTable {
  hash(buf: Uint8Array, start: number): number {
    return hashBytes(1, 2, buf, start, KEY_BYTES)
  }

  protected keyEquals(address: number, buf: Uint8Array, start: number, length: number): boolean {
    const bytes = this.arena.u8[address >>> SEGMENT_SHIFT]
    const at = (address & SEGMENT_UNIT_MASK) << 3
    for (let i = 0; i < length; i++) if (bytes[at + i] !== buf[start + i]) return false
    return true
  }

  protected hashAt(address: number): number {
    return this.hash(this.arena.u8[address >>> SEGMENT_SHIFT], (address & SEGMENT_UNIT_MASK) << 3)
  }

  add(buf: Uint8Array, start: number): void {
    const address = this.arena.alloc(BLOCK_BYTES, KIND_ENTRY)
    const at = (address & SEGMENT_UNIT_MASK) << 3
    this.arena.u8[address >>> SEGMENT_SHIFT].set(buf.subarray(start, start + KEY_BYTES), at)
    this.insert(this.hash(buf, start), address)
  }

  delete(buf: Uint8Array, start: number): void {
    const hash = this.hash(buf, start)
    const address = this.find(hash, buf, start, KEY_BYTES)
    this.removeFound(hash)
    this.arena.free(address)
  }
}

const name = (i: number): string => `key:${String(i).padStart(12, '0')}`

/** The keys with these numbers, one behind the other. */
function keys(count: number, numberOf: (i: number) => number): Uint8Array {
  const bytes = new Uint8Array(count * KEY_BYTES)
  for (let i = 0; i < count; i++) bytes.set(fromLatin1(name(numberOf(i))), i * KEY_BYTES)
  return bytes
}

const random = seeded(7)
const table = new Table(new Arena())
const map = new Map<string, number>()
for (let i = 0; i < KEYS_COUNT; i++) {
  table.add(fromLatin1(name(i)), 0)
  map.set(name(i), i)
}
/** Rounds look at different keys, or all of them would soon be in the processor's cache. */
const ROUNDS_COUNT = 200
const present = keys(ROUNDS_COUNT * OPERATIONS_COUNT, () => random.below(KEYS_COUNT))
const absent = keys(OPERATIONS_COUNT * ROUNDS_COUNT, (i) => KEYS_COUNT + i)
let round = 0
let sink = 0

/** Where the next round's keys begin. */
function nextStart(): number {
  round = (round + 1) % ROUNDS_COUNT
  return round * OPERATIONS_COUNT * KEY_BYTES
}

function findEach(buf: Uint8Array): void {
  const start = nextStart()
  for (let at = start; at < start + OPERATIONS_COUNT * KEY_BYTES; at += KEY_BYTES) {
    sink ^= table.find(table.hash(buf, at), buf, at, KEY_BYTES)
  }
}

const hashes = new Int32Array(PREFETCH_MAX)

function prefetchAndFind(buf: Uint8Array): void {
  let at = nextStart()
  for (let done = 0; done < OPERATIONS_COUNT; done += PREFETCH_MAX) {
    const count = Math.min(PREFETCH_MAX, OPERATIONS_COUNT - done)
    for (let i = 0; i < count; i++) hashes[i] = table.hash(buf, at + i * KEY_BYTES)
    table.prefetch(hashes, count)
    for (let i = 0; i < count; i++, at += KEY_BYTES) sink ^= table.find(hashes[i], buf, at, KEY_BYTES)
  }
}

function mapEach(buf: Uint8Array): void {
  const start = nextStart()
  for (let at = start; at < start + OPERATIONS_COUNT * KEY_BYTES; at += KEY_BYTES) {
    sink ^= map.get(latin1(buf, at, KEY_BYTES)) ?? 0
  }
}

test(`find: ${OPERATIONS_COUNT} keys of a million`, { timeout: 60_000 }, async ({ bench }) => {
  await bench.compare(
    bench('hit', () => findEach(present)),
    bench(`hit, ${PREFETCH_MAX} prefetched together`, () => prefetchAndFind(present)),
    bench('hit in a Map, with the string made from bytes', () => mapEach(present)),
    bench('miss', () => findEach(absent)),
    bench('miss in a Map, with the string made from bytes', () => mapEach(absent)),
    OPTIONS,
  )
})

test(`insert and remove: ${OPERATIONS_COUNT} keys beside a million`, { timeout: 60_000 }, async ({ bench }) => {
  await bench.compare(
    bench('table', () => {
      const start = nextStart()
      const end = start + OPERATIONS_COUNT * KEY_BYTES
      for (let at = start; at < end; at += KEY_BYTES) table.add(absent, at)
      for (let at = start; at < end; at += KEY_BYTES) table.delete(absent, at)
    }),
    bench('Map, with the string made from bytes', () => {
      const start = nextStart()
      const end = start + OPERATIONS_COUNT * KEY_BYTES
      for (let at = start; at < end; at += KEY_BYTES) map.set(latin1(absent, at, KEY_BYTES), at)
      for (let at = start; at < end; at += KEY_BYTES) map.delete(latin1(absent, at, KEY_BYTES))
    }),
    OPTIONS,
  )
  if (sink === 0x7fffffff) throw new Error('the results were used')
})

test('growth from nothing', { timeout: 120_000 }, async ({ bench }) => {
  const all = keys(100_000, (i) => i)
  await bench.compare(
    bench('100,000 keys into a table', () => {
      const growing = new Table(new Arena())
      for (let at = 0; at < all.length; at += KEY_BYTES) growing.add(all, at)
    }),
    bench('100,000 keys into a Map', () => {
      const growing = new Map<string, number>()
      for (let at = 0; at < all.length; at += KEY_BYTES) growing.set(latin1(all, at, KEY_BYTES), at)
    }),
    OPTIONS,
  )
})
