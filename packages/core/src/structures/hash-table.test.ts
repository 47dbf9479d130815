import { describe, expect, it } from 'vitest'
import { type SeededRandom, seeded } from './_test-random.ts'
import { Arena, KIND_ENTRY, KIND_INDEX, SEGMENT_SHIFT, SEGMENT_UNIT_MASK } from './arena.ts'
import { HashTable } from './hash-table.ts'
import { ArenaFullError } from './out-of-memory.ts'

/** A table of numbers: each block holds its number and a value. */
class Numbers extends HashTable {
  readonly hashOf: (key: number) => number
  /** What the table should hold: addresses by key. */
  readonly model = new Map<number, number>()
  readonly #key = new Uint8Array(4)

  constructor(hashOf: (key: number) => number = mix) {
    super(new Arena())
    this.hashOf = hashOf
  }

  protected keyEquals(address: number, buf: Uint8Array, start: number): boolean {
    return this.key(address) === (buf[start] | (buf[start + 1] << 8) | (buf[start + 2] << 16) | (buf[start + 3] << 24))
  }

  protected hashAt(address: number): number {
    return this.hashOf(this.key(address))
  }

  key(address: number): number {
    return this.arena.i32[address >>> SEGMENT_SHIFT][(address & SEGMENT_UNIT_MASK) << 1]
  }

  value(address: number): number {
    return this.arena.i32[address >>> SEGMENT_SHIFT][((address & SEGMENT_UNIT_MASK) << 1) + 1]
  }

  setValue(address: number, value: number): void {
    this.arena.i32[address >>> SEGMENT_SHIFT][((address & SEGMENT_UNIT_MASK) << 1) + 1] = value
  }

  lookup(key: number): number {
    for (let i = 0; i < 4; i++) this.#key[i] = key >> (8 * i)
    return this.find(this.hashOf(key), this.#key, 0, 4)
  }

  add(key: number, value = 0): void {
    const address = this.arena.alloc(8, KIND_ENTRY)
    this.arena.i32[address >>> SEGMENT_SHIFT][(address & SEGMENT_UNIT_MASK) << 1] = key
    this.setValue(address, value)
    this.insert(this.hashOf(key), address)
    this.model.set(key, address)
  }

  delete(key: number): void {
    const address = this.lookup(key)
    this.removeFound(this.hashOf(key))
    this.arena.free(address)
    this.model.delete(key)
  }

  keys(): number[] {
    const keys: number[] = []
    this.forEach((address) => {
      keys.push(this.key(address))
    })
    return keys
  }

  /** One whole SCAN; `between` runs after each bucket. */
  walk(between: (cursor: number) => void = () => {}): number[] {
    const keys: number[] = []
    let cursor = 0
    do {
      cursor = this.scan(cursor, (address) => keys.push(this.key(address)))
      between(cursor)
    } while (cursor !== 0)
    return keys
  }
}

/** A good hash of a number, signed. */
function mix(key: number): number {
  let h = Math.imul(key ^ (key >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

const HASHES: Readonly<Record<string, (key: number) => number>> = {
  good: mix,
  'of ten bits': (key) => mix(key) & 0xffc00000,
  'that begin alike': (key) => (key & 0xfff) << 8,
  'that eight keys share': (key) => mix(key & ~7),
  'of the key itself': (key) => key << 20,
}

function ascending(keys: Iterable<number>): number[] {
  return [...keys].sort((a, b) => a - b)
}

function expectModel(table: Numbers): void {
  expect(table.size).toBe(table.model.size)
  for (const [key, address] of table.model) if (table.lookup(key) !== address) expect(key).toBe('found')
  expect(ascending(table.keys())).toEqual(ascending(table.model.keys()))
}

/** Adds and removes keys, in waves, so that the table grows and shrinks. */
function churn(table: Numbers, random: SeededRandom, steps: number, keysMax: number): void {
  for (let step = 0; step < steps; step++) {
    const growing = Math.floor(step / 400) % 2 === 0
    const key = random.below(keysMax)
    if (table.model.has(key)) {
      if (!growing || random.below(4) === 0) table.delete(key)
    } else if (growing || random.below(4) === 0) table.add(key)
  }
}

describe('a hash table', () => {
  for (const [name, hashOf] of Object.entries(HASHES)) {
    it(`agrees with a Map through growth and shrinking, with hashes ${name}`, () => {
      for (let seed = 1; seed <= 5; seed++) {
        const table = new Numbers(hashOf)
        const random = seeded(seed)
        for (let round = 0; round < 10; round++) {
          churn(table, random, 1000, 2000)
          expectModel(table)
          expect(table.lookup(1_000_000 + round)).toBe(0)
        }
      }
    })
  }

  it('keeps keys apart whose hashes are one and the same', () => {
    const table = new Numbers(() => -559038737)
    for (let key = 0; key < 60; key++) table.add(key)
    expectModel(table)
    for (let key = 0; key < 60; key += 2) table.delete(key)
    expectModel(table)
  })

  it('refuses more keys of one hash than it can count', () => {
    const table = new Numbers(() => 0x12345678)
    let added = 0
    expect(() => {
      for (; added < 2000; added++) table.add(added)
    }).toThrow('share one hash')
    expect(added).toBe(260)
    expectModel(table)
    for (let key = 0; key < added; key++) table.delete(key)
    expectModel(table)
  })

  it('stays as it was when there is no memory to grow, in the middle of a split too', () => {
    const table = new Numbers()
    const { arena } = table
    const alloc = arena.alloc.bind(arena)
    let regionsLeft = 0
    arena.alloc = (bytes, kind) => {
      if (kind === KIND_INDEX && --regionsLeft < 0) throw new ArenaFullError('no memory')
      return alloc(bytes, kind)
    }
    const failures = [0, 0]
    let blocks = 0
    for (let key = 0; key < 5000; key++) {
      for (regionsLeft = 0; !table.model.has(key); ) {
        const regions = regionsLeft
        try {
          blocks++
          table.add(key)
        } catch (error) {
          expect(error).toBeInstanceOf(ArenaFullError)
          // Nothing but the regions that the table knows, and the keys' blocks, which are the caller's.
          expect(arena.usedBytes).toBe(blocks * 8 + table.slots * 6.4)
          if (regions < failures.length) failures[regions]++
          regionsLeft = regions + 1
        }
      }
    }
    expectModel(table)
    // Growing takes one region and fails without any; a split takes two, and fails with one, too.
    expect(failures[0]).toBeGreaterThan(100)
    expect(failures[1]).toBeGreaterThan(5)
  })

  it('gives its memory back as keys go, down to the first regions', () => {
    const table = new Numbers()
    const empty = table.arena.usedBytes
    for (let key = 0; key < 100_000; key++) table.add(key)
    expect(table.indexBytes / 100_000).toBeLessThan(8.5)
    const order = [...table.model.keys()]
    const random = seeded(3)
    for (let i = order.length - 1; i > 0; i--) {
      const j = random.below(i + 1)
      ;[order[i], order[j]] = [order[j], order[i]]
    }
    for (const key of order.slice(0, 90_000)) table.delete(key)
    expectModel(table)
    expect(table.indexBytes / 10_000).toBeLessThan(25)
    for (const key of order.slice(90_000)) table.delete(key)
    expect(table.size).toBe(0)
    expect(table.arena.usedBytes - empty).toBeLessThan(1000)
  })

  it('walks in the order of the hashes, each key once, while nothing changes', () => {
    const table = new Numbers()
    for (const size of [0, 1, 5, 40, 700, 20_000]) {
      while (table.size < size) table.add(table.size)
      const keys = table.walk()
      expect(ascending(keys)).toEqual(ascending(table.model.keys()))
      // Within one bucket the order is free: compare what its cursor covers.
      let last = 0
      let cursor = 0
      do {
        const from = cursor
        const hashes: number[] = []
        cursor = table.scan(cursor, (address) => hashes.push(mix(table.key(address)) >>> 0))
        const end = cursor === 0 ? 2 ** 32 : cursor
        expect(end).toBeGreaterThan(from)
        for (const hash of hashes) expect(hash >= from && hash < end).toBe(true)
        last += hashes.length
      } while (cursor !== 0)
      expect(last).toBe(size)
    }
  })

  for (const [name, hashOf] of Object.entries(HASHES)) {
    it(`returns every key that was there all along, however it changes meanwhile, with hashes ${name}`, () => {
      for (let seed = 1; seed <= 8; seed++) {
        const random = seeded(seed)
        const table = new Numbers(hashOf)
        const stay = 300 + random.below(700)
        for (let key = 0; key < stay; key++) table.add(key)
        // Up to 3000 others come and go, so that regions split and merge under the cursor.
        const walked = new Set(
          table.walk(() => {
            const grow = random.below(2) === 0
            for (let i = 0; i < 60; i++) {
              const key = stay + random.below(3000)
              const has = table.model.has(key)
              if (grow && !has) table.add(key)
              else if (!grow && has) table.delete(key)
            }
          }),
        )
        for (let key = 0; key < stay; key++) if (!walked.has(key)) expect(`seed ${seed}: ${key}`).toBe('walked')
        expectModel(table)
      }
    })
  }

  it('ends a walk from any cursor', () => {
    const table = new Numbers()
    for (let key = 0; key < 5000; key++) table.add(key)
    const random = seeded(5)
    for (let i = 0; i < 200; i++) {
      let cursor = random.next()
      let steps = 0
      do cursor = table.scan(cursor, () => {})
      while (cursor !== 0 && ++steps < 10_000)
      expect(steps).toBeLessThan(2000)
    }
  })

  it('samples every key with the same chance, whatever came and went', () => {
    const random = seeded(11)
    for (const [name, hash] of Object.entries(HASHES)) {
      for (const size of hash === mix ? [1, 2, 5, 10, 100, 700, 3000] : [1, 2, 10, 100]) {
        const table = new Numbers(hash)
        // Grown and shrunk, so that there is room between the keys.
        for (let key = 0; key < size * 5; key++) table.add(key)
        for (let key = size; key < size * 5; key++) table.delete(key)
        const counts = new Map<number, number>()
        for (let i = 0; i < size * 100; i++) {
          const key = table.key(table.sample(() => random.next()))
          counts.set(key, (counts.get(key) ?? 0) + 1)
        }
        expect(ascending(counts.keys())).toEqual(ascending(table.model.keys()))
        // Chi-squared with size - 1 degrees of freedom: within five standard deviations.
        let chi = 0
        for (const count of counts.values()) chi += (count - 100) ** 2 / 100
        expect([name, size, chi < size - 1 + 5 * Math.sqrt(2 * size)]).toEqual([name, size, true])
      }
    }
    expect(new Numbers().sample(() => random.next())).toBe(0)
  })

  it('samples a large table fairly, and quickly again after most of it is gone', () => {
    const random = seeded(12)
    let calls = 0
    const counted = (): number => {
      calls++
      return random.next()
    }
    const table = new Numbers()
    for (let key = 0; key < 100_000; key++) table.add(key)
    // Hash order in a hundred parts: each is to be met as often as the others.
    const part = new Map<number, number>()
    let index = 0
    table.forEach((address) => {
      part.set(address, Math.floor(index++ / 1000))
    })
    const counts = new Float64Array(100)
    for (let i = 0; i < 200_000; i++) counts[part.get(table.sample(counted)) as number]++
    const chi = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0)
    expect(chi).toBeLessThan(99 + 5 * Math.sqrt(2 * 99))
    expect(calls).toBeLessThan(200_000 * 8)
    for (let key = 200; key < 100_000; key++) table.delete(key)
    for (let i = 0; i < 10; i++) table.sample(counted)
    calls = 0
    for (let i = 0; i < 1000; i++) table.sample(counted)
    expect(calls).toBeLessThan(1000 * 40)
  })

  it('follows blocks and regions that move', () => {
    const table = new Numbers()
    for (let key = 0; key < 3000; key++) table.add(key, key * 7)
    for (const [key, from] of [...table.model].filter(([key]) => key % 3 === 0)) {
      const to = table.arena.alloc(8, KIND_ENTRY)
      table.arena.i32[to >>> SEGMENT_SHIFT][(to & SEGMENT_UNIT_MASK) << 1] = key
      table.setValue(to, key * 7)
      table.relocate(from, to)
      table.arena.free(from)
      table.model.set(key, to)
    }
    expectModel(table)
    const gone = table.arena.alloc(8, KIND_ENTRY)
    expect(() => table.relocate(gone, table.model.get(0) as number)).toThrow('does not hold this block')
  })

  it('keeps the pages of its regions full, while all regions grow and shrink through the same sizes', () => {
    const table = new Numbers()
    let worst = 0
    const look = (): void => {
      const wasted = table.arena.pageBytes - table.indexBytes - table.size * 8
      worst = Math.max(worst, wasted)
    }
    for (let key = 0; key < 300_000; key++) {
      table.add(key)
      if (key % 5000 === 0) look()
    }
    expect(table.arena.pageBytes).toBeGreaterThan(4_000_000)
    expect(worst).toBeLessThan(800_000)
    expectModel(table)
    for (let key = 0; key < 299_000; key++) table.delete(key)
    expect(table.arena.pageBytes - table.indexBytes).toBeLessThan(1_200_000)
    expectModel(table)
  })

  it('fetches ahead without reading what is not there', () => {
    const table = new Numbers()
    const hashes = Int32Array.from({ length: 10 }, (_, i) => mix(i))
    table.prefetch(hashes, 10)
    for (let key = 0; key < 5; key++) table.add(key)
    table.prefetch(hashes, 10)
    expectModel(table)
  })
})

describe('a snapshot of a hash table', () => {
  for (const [name, hashOf] of Object.entries(HASHES)) {
    it(`has every key exactly once, as it was when the snapshot began, with hashes ${name}`, () => {
      for (let seed = 1; seed <= 10; seed++) {
        const random = seeded(seed)
        const table = new Numbers(hashOf)
        churn(table, random, random.below(6) * 400, 3000)
        for (let round = 0; round < 3; round++) takeSnapshot(table, random)
        expectModel(table)
      }
    })
  }

  it('has the keys of regions that are merged while it is taken, those of the half that nobody touched too', () => {
    const table = new Numbers()
    for (let key = 0; key < 40_000; key++) table.add(key, key)
    // Every hash with the same first bits stays as it is: one of two siblings.
    const isLeft = (key: number): boolean => (mix(key) >>> 22) % 2 === 0
    for (let key = 0; key < 40_000; key++) if (key % 10 !== 0) table.delete(key)
    const expected = new Set(table.model.keys())
    const sizeBefore = table.indexBytes
    const seen: number[] = []
    table.startSnapshot((address) => {
      seen.push(table.key(address))
    })
    for (const key of expected) if (isLeft(key)) table.delete(key)
    expect(table.indexBytes).toBeLessThan(sizeBefore)
    while (table.snapshotStep(64)) {}
    expect(ascending(seen)).toEqual(ascending(expected))
    expectModel(table)
  })

  it('can be taken more often than its version counts', () => {
    const table = new Numbers()
    for (let key = 0; key < 200; key++) table.add(key)
    const random = seeded(9)
    for (let i = 0; i < 600; i++) {
      if (i % 7 === 3) {
        table.startSnapshot(() => {})
        table.snapshotStep(1)
        table.abortSnapshot()
      } else takeSnapshot(table, random, 20)
    }
    expectModel(table)
  })

  it('is taken alone, and ends when it is given up', () => {
    const table = new Numbers()
    for (let key = 0; key < 2000; key++) table.add(key)
    let emitted = 0
    table.startSnapshot(() => emitted++)
    expect(table.snapshotActive).toBe(true)
    expect(() => table.startSnapshot(() => {})).toThrow('being taken')
    expect(table.snapshotStep(3)).toBe(true)
    const before = emitted
    table.abortSnapshot()
    expect(table.snapshotActive).toBe(false)
    expect(emitted).toBe(before)
    table.abortSnapshot()
  })
})

/** Takes one snapshot while keys are added, removed and changed in place, and checks what it has. */
function takeSnapshot(table: Numbers, random: SeededRandom, changesMax = 200): void {
  const expected = new Map<number, number>()
  for (const [key, address] of table.model) expected.set(key, table.value(address))
  const seen = new Map<number, number>()
  table.startSnapshot((address) => {
    const key = table.key(address)
    if (seen.has(key)) expect(key).toBe('emitted once')
    seen.set(key, table.value(address))
  })
  do {
    for (let i = random.below(changesMax); i > 0; i--) {
      const key = random.below(3000)
      const address = table.model.get(key)
      if (address === undefined) table.add(key, random.next() | 0)
      else if (random.below(2) === 0) table.delete(key)
      else {
        table.beforeChange(table.hashOf(key))
        table.setValue(address, random.next() | 0)
      }
    }
  } while (table.snapshotStep(1 + random.below(8)))
  expect(seen).toEqual(expected)
}
