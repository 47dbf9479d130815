import { describe, expect, it } from 'vitest'
import { seeded } from './_test-random.ts'
import { Arena, KIND_OBJECT, SEGMENT_SHIFT, SEGMENT_UNIT_MASK } from './arena.ts'
import { RecordHeap } from './record-heap.ts'

/** A heap whose records hold their number over and over; moves are followed. */
class Records {
  readonly arena = new Arena()
  readonly heap = new RecordHeap(this.arena)
  readonly live = new Map<number, number>()
  moves = 0

  add(id: number, bytes: number): number {
    const address = this.heap.alloc(bytes)
    expect(this.live.has(address)).toBe(false)
    this.#fill(address, id, bytes)
    this.live.set(address, id)
    return address
  }

  #fill(address: number, id: number, bytes: number): void {
    const start = this.heap.startOf(address)
    this.heap.bufOf(address).fill(id & 255, start, start + bytes)
  }

  remove(address: number): void {
    this.live.delete(address)
    this.heap.free(address)
    this.heap.tidy((from, to) => {
      this.moves++
      const id = this.live.get(from)
      if (id === undefined) return expect(from).toBe('live')
      this.live.delete(from)
      this.live.set(to, id)
    })
  }

  resize(address: number, bytes: number): void {
    this.heap.rewrite(address, bytes)
    this.#fill(address, this.live.get(address) as number, bytes)
  }

  visited(): number[] {
    const addresses: number[] = []
    this.heap.forEach((address) => {
      addresses.push(address)
    })
    return addresses
  }

  wrong(): number {
    let wrong = 0
    for (const [address, id] of this.live) {
      const start = this.heap.startOf(address)
      const bytes = this.heap.bufOf(address).subarray(start, start + this.heap.bytesOf(address))
      if (bytes.length === 0 ? false : bytes.some((byte) => byte !== (id & 255))) wrong++
    }
    return wrong
  }
}

describe('a record heap', () => {
  it('keeps records of any length apart, whatever is freed, resized and moved', () => {
    for (let seed = 1; seed <= 4; seed++) {
      const random = seeded(seed)
      const records = new Records()
      for (let id = 0; id < 30_000; id++) {
        const bytes = random.below(200) === 0 ? random.below(40_000) : random.below(1 << random.below(10))
        const address = records.add(id, bytes)
        expect(records.heap.bytesOf(address)).toBe(bytes)
        const victim = [...records.live.keys()][random.below(Math.min(records.live.size, 50))]
        if (random.below(100) < 95) records.remove(victim)
        else if (records.heap.fits(victim, records.heap.bytesOf(victim) ^ 1)) {
          records.resize(victim, records.heap.bytesOf(victim) ^ 1)
        }
      }
      expect(records.wrong()).toBe(0)
      expect(records.visited().sort()).toEqual([...records.live.keys()].sort())
      expect(records.moves).toBeGreaterThan(100)
      for (const address of [...records.live.keys()]) if (records.live.has(address)) records.remove(address)
      while (records.live.size > 0) records.remove([...records.live.keys()][0])
      expect(records.heap.externalBytes).toBe(0)
      expect(records.heap.arenaBytes).toBe(records.arena.usedBytes)
      expect(records.arena.usedBytes).toBeLessThanOrEqual(16 * 1024)
      expect([...records.heap.release()].length).toBeLessThan(2)
      expect(records.arena.usedBytes).toBe(0)
    }
  })

  it('takes little more than its records, and most of a chunk is live after random deletes', () => {
    const records = new Records()
    const random = seeded(3)
    for (let id = 0; id < 50_000; id++) records.add(id, 14)
    expect(records.arena.usedBytes).toBeLessThan(50_000 * 16.1 + 32_768)
    const addresses = [...records.live.keys()]
    let deleted = 0
    for (const [address, id] of [...records.live]) {
      if (random.below(2) === 0 || records.live.get(address) !== id) continue
      records.remove(address)
      deleted++
    }
    expect(deleted).toBeGreaterThan(addresses.length / 4)
    expect(records.arena.usedBytes).toBeLessThan((records.live.size * 16 * 8) / 5 + 65_536)
    expect(records.wrong()).toBe(0)
  })

  it('visits records in the order in which they were added', () => {
    const records = new Records()
    for (let id = 0; id < 10_000; id++) records.add(id, id % 1000 === 0 ? 5000 : id % 100)
    const ids = records.visited().map((address) => records.live.get(address))
    // Long records have chunks of their own; the rest of a chunk that was begun before comes first.
    const short = ids.filter((id) => (id as number) % 1000 !== 0)
    expect(short).toEqual([...short].sort((a, b) => (a as number) - (b as number)))
    expect(ids.length).toBe(10_000)
  })

  it('leaves a segment of the arena without a change of address', () => {
    const records = new Records()
    for (let id = 0; id < 100_000; id++) records.add(id, 20)
    const used = records.arena.usedBytes
    records.heap.leaveSegment(0)
    expect(records.wrong()).toBe(0)
    expect(records.arena.usedBytes).toBe(used)
    expect([...records.live.keys()].length).toBe(100_000)
    const fresh = records.arena.alloc(16_000, 2)
    expect(fresh >>> SEGMENT_SHIFT).toBe(0)
  })

  it('stays within its blocks, however long the record is that a chunk begins with', () => {
    for (let bytes = 4080; bytes <= 4110; bytes++) {
      const arena = new Arena()
      const bytesAt = (block: number): Uint8Array => {
        const start = (block & SEGMENT_UNIT_MASK) << 3
        return arena.u8[block >>> SEGMENT_SHIFT].subarray(start, start + 4096)
      }
      // Every second block stays somebody else's, so that each chunk has neighbours.
      const blocks = Array.from({ length: 20 }, () => arena.alloc(4096, KIND_OBJECT))
      const others = blocks.filter((_, i) => i % 2 === 0)
      for (const block of others) bytesAt(block).fill(0xaa)
      for (const block of blocks) if (!others.includes(block)) arena.free(block)
      const heap = new RecordHeap(arena)
      for (let i = 0; i < 12; i++) {
        const address = heap.alloc(bytes)
        heap.bufOf(address).fill(i, heap.startOf(address), heap.startOf(address) + bytes)
      }
      for (const block of others) expect(bytesAt(block).every((byte) => byte === 0xaa)).toBe(true)
    }
  })
})
