import { describe, expect, it } from 'vitest'
import { seeded } from './_test-random.ts'
import { Arena, KIND_ENTRY, KIND_INDEX, PAGE_BYTES, RESERVED_UNITS, SEGMENT_SHIFT, SEGMENT_UNIT_MASK } from './arena.ts'
import { BLOCK_BYTES_MAX } from './size-classes.ts'

const MIB = 1024 * 1024
const FILLED: Buffer[] = []

/** An arena whose blocks are filled with a byte each, which nothing else may change. */
class Filled {
  readonly arena = new Arena()
  readonly blocks = new Map<number, { readonly bytes: number; readonly fill: number; readonly kind: number }>()

  alloc(bytes: number, kind = KIND_ENTRY): number {
    const address = this.arena.alloc(bytes, kind)
    const fill = 1 + ((address ^ (address >>> 8)) & 127)
    this.view(address, bytes).fill(fill)
    this.blocks.set(address, { bytes, fill, kind })
    return address
  }

  free(address: number): void {
    this.check(address)
    this.arena.free(address)
    this.blocks.delete(address)
  }

  view(address: number, bytes: number): Uint8Array {
    const start = (address & SEGMENT_UNIT_MASK) << 3
    return this.arena.u8[address >>> SEGMENT_SHIFT].subarray(start, start + bytes)
  }

  check(address: number): void {
    const { bytes, fill } = this.blocks.get(address) as { bytes: number; fill: number }
    FILLED[fill] ??= Buffer.alloc(BLOCK_BYTES_MAX, fill)
    if (FILLED[fill].compare(this.view(address, bytes), 0, bytes, 0, bytes) !== 0) expect(address).toBe('untouched')
  }

  checkAll(): void {
    let used = 0
    for (const address of this.blocks.keys()) {
      this.check(address)
      used += this.arena.capacity(address)
    }
    expect(this.arena.usedBytes).toBe(used)
  }

  /** Empties one segment as a database would. */
  drain(): boolean {
    const { arena } = this
    if (arena.startDrain() < 0) return false
    const segment = arena.draining
    let cursor = 0
    while (cursor >= 0 && arena.draining >= 0) {
      cursor = arena.drainPage(cursor, (from, to) => {
        const block = this.blocks.get(from)
        if (block === undefined) return expect(from).toBe('a live block')
        expect(block.kind).toBe(KIND_ENTRY)
        expect(to >>> SEGMENT_SHIFT).not.toBe(segment)
        this.blocks.set(to, block)
        this.blocks.delete(from)
      })
    }
    return true
  }
}

describe('an arena', () => {
  it('gives blocks of their size class, with a ninth of waste at most, and a fifth in the largest', () => {
    const arena = new Arena()
    for (let bytes = 1; bytes <= BLOCK_BYTES_MAX; bytes++) {
      const address = arena.alloc(bytes, KIND_ENTRY)
      const capacity = arena.capacity(address)
      expect(capacity).toBe(Arena.classBytes(bytes))
      const waste = (capacity - bytes) / capacity
      if (waste < 0 || capacity % 8 !== 0 || (capacity - bytes >= 8 && waste > (bytes <= 7280 ? 0.112 : 0.201))) {
        expect(`${bytes} in ${capacity}`).toBe('fits')
      }
      arena.free(address)
    }
    expect(arena.usedBytes).toBe(0)
  })

  it('never gives out the lowest addresses, which mean something else', () => {
    const arena = new Arena()
    for (const bytes of [8, 16, 24, 4096, BLOCK_BYTES_MAX]) {
      for (let i = 0; i < 20; i++) expect(arena.alloc(bytes, KIND_ENTRY) >>> 0).toBeGreaterThanOrEqual(RESERVED_UNITS)
    }
  })

  it('keeps blocks apart, whatever is taken and given back', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const random = seeded(seed)
      const filled = new Filled()
      for (let step = 0; step < 6000; step++) {
        const live = [...filled.blocks.keys()]
        if (live.length > 0 && random.below(live.length > 400 ? 2 : 5) === 0)
          filled.free(live[random.below(live.length)])
        else filled.alloc(1 + random.below(2 ** (1 + random.below(14))), random.below(2))
      }
      filled.checkAll()
      for (const address of [...filled.blocks.keys()]) filled.free(address)
      expect(filled.arena.usedBytes).toBe(0)
      expect(filled.arena.pageBytes).toBe(0)
    }
  })

  it('uses the pages of one class for another once they are free', () => {
    const filled = new Filled()
    const small = Array.from({ length: 50_000 }, () => filled.alloc(16))
    const reserved = filled.arena.reservedBytes
    for (const address of small) filled.free(address)
    expect(filled.arena.pageBytes).toBe(0)
    for (let i = 0; i < 12_000; i++) filled.alloc(64)
    expect(filled.arena.reservedBytes).toBe(reserved)
    filled.checkAll()
  })

  it('starts small, and gives segments back when their blocks are gone', () => {
    const arena = new Arena()
    expect(arena.reservedBytes).toBe(0)
    arena.alloc(16, KIND_ENTRY)
    expect(arena.reservedBytes).toBe(MIB)
    const blocks: number[] = []
    for (let i = 0; i < 10_000; i++) blocks.push(arena.alloc(BLOCK_BYTES_MAX, KIND_ENTRY))
    expect(arena.reservedBytes).toBeGreaterThan(150 * MIB)
    for (const address of blocks) arena.free(address)
    expect(arena.reservedBytes).toBeLessThanOrEqual(64 * MIB)
    arena.trim()
    expect(arena.reservedBytes).toBe(MIB)
    expect(arena.usedBytes).toBe(16)
    // And it goes on.
    for (let i = 0; i < 3000; i++) arena.alloc(BLOCK_BYTES_MAX, KIND_ENTRY)
    expect(arena.usedBytes).toBe(3000 * BLOCK_BYTES_MAX + 16)
  })

  it('empties its emptiest segments into the holes of the others', () => {
    const random = seeded(4)
    const filled = new Filled()
    const indexes: number[] = []
    for (let i = 0; i < 30_000; i++) {
      filled.alloc(3000 + random.below(3000))
      if (i % 500 === 0) indexes.push(filled.alloc(100, KIND_INDEX))
    }
    for (const address of [...filled.blocks.keys()]) {
      if (filled.blocks.get(address)?.kind === KIND_ENTRY && random.below(10) > 0) filled.free(address)
    }
    const before = filled.arena.reservedBytes
    const segments = filled.arena.u8.length
    let drained = 0
    while (filled.drain()) {
      drained++
      // Index blocks are moved by their owner.
      for (const address of indexes.splice(0)) {
        if (address >>> SEGMENT_SHIFT !== filled.arena.draining) indexes.push(address)
        else {
          indexes.push(filled.alloc(100, KIND_INDEX))
          filled.free(address)
        }
      }
      expect(filled.arena.drained).toBe(true)
      filled.arena.finishDrain()
      expect(drained).toBeLessThanOrEqual(segments)
    }
    filled.checkAll()
    expect(drained).toBeGreaterThan(1)
    expect(filled.arena.reservedBytes).toBeLessThan(before * 0.7)
    for (const address of [...filled.blocks.keys()]) filled.free(address)
    expect(filled.arena.usedBytes).toBe(0)
  })

  it('lets blocks of a segment go while it is being emptied', () => {
    const filled = new Filled()
    for (let i = 0; i < 9000; i++) filled.alloc(BLOCK_BYTES_MAX)
    for (const address of [...filled.blocks.keys()]) if ((address >>> 11) % 8 !== 0) filled.free(address)
    const segment = filled.arena.startDrain()
    expect(segment).toBeGreaterThan(0)
    for (const address of [...filled.blocks.keys()]) if (address >>> SEGMENT_SHIFT === segment) filled.free(address)
    expect(filled.arena.drained).toBe(true)
    filled.arena.finishDrain()
    expect(filled.arena.draining).toBe(-1)
    expect(filled.arena.u8[segment].length).toBe(0)
    for (let i = 0; i < 1000; i++) filled.alloc(BLOCK_BYTES_MAX)
    filled.checkAll()
  })

  it('leaves a segment that is being emptied alone when the empty ones are given back', () => {
    const filled = new Filled()
    for (let i = 0; i < 9000; i++) filled.alloc(BLOCK_BYTES_MAX)
    for (const address of [...filled.blocks.keys()]) if ((address >>> 11) % 8 !== 0) filled.free(address)
    filled.drain()
    const { draining } = filled.arena
    expect(filled.arena.drained).toBe(true)
    filled.arena.trim()
    // Were it given back already, it would be mapped anew here, and then taken away with what is in it.
    for (let i = 0; i < 9000; i++) {
      expect(filled.alloc(BLOCK_BYTES_MAX) >>> SEGMENT_SHIFT).not.toBe(draining)
    }
    filled.arena.finishDrain()
    filled.checkAll()
  })

  it('is given back whole, a segment at a time', () => {
    const arena = new Arena()
    for (let i = 0; i < 5000; i++) arena.alloc(BLOCK_BYTES_MAX, KIND_ENTRY)
    let steps = 0
    while (arena.dropLastSegment()) steps++
    expect(steps).toBeGreaterThan(1)
    expect(arena.reservedBytes).toBe(0)
  })

  it('has pages for every class', () => {
    expect(PAGE_BYTES % BLOCK_BYTES_MAX).toBe(0)
  })
})
