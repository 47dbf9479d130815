import { describe, expect, it } from 'vitest'
import { seeded } from './_test-random.ts'
import { Arena } from './arena.ts'
import { CountedTree } from './counted-tree.ts'

const items = (tree: CountedTree): number[] => {
  const all: number[] = []
  tree.walk(0, tree.size, false, (item) => {
    all.push(item)
  })
  return all
}

describe('a counted tree', () => {
  it('agrees with a sorted array through any sequence', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const random = seeded(seed)
      const arena = new Arena()
      const tree = new CountedTree(arena)
      const model: number[] = []
      for (let step = 0; step < 6000; step++) {
        const item = random.below(100_000)
        const place = model.findIndex((other) => other >= item)
        const rank = place < 0 ? model.length : place
        expect(tree.rank((other) => other < item)).toBe(rank)
        const grows = step % 3000 < 2000
        if (random.below(10) < (grows ? 8 : 2)) {
          if (model[rank] !== item) {
            tree.insert(item, (other) => other < item)
            model.splice(rank, 0, item)
          }
        } else if (model.length > 0) {
          const from = random.below(model.length)
          const count = Math.min(model.length - from, 1 + random.below(random.below(20) === 0 ? 700 : 2))
          tree.remove(from, count)
          model.splice(from, count)
        }
        expect(tree.size).toBe(model.length)
        if (model.length > 0) {
          const rankAsked = random.below(model.length)
          expect(tree.at(rankAsked)).toBe(model[rankAsked])
        }
        if (step % 500 === 0) {
          tree.check()
          expect(items(tree)).toEqual(model)
          tree.leaveSegment(random.below(2))
          expect(arena.usedBytes).toBe(tree.bytes)
        }
      }
      tree.remove(0, tree.size)
      tree.check()
      expect(arena.usedBytes).toBe(0)
      expect([...tree.release()]).toEqual([])
      expect(arena.usedBytes).toBe(0)
    }
  })

  it('takes no memory while it is empty, and little for a few items', () => {
    const arena = new Arena()
    const tree = new CountedTree(arena)
    expect([arena.usedBytes, tree.rank(() => true)]).toEqual([0, 0])
    for (const [items, bytes] of [
      [1, 64],
      [15, 64],
      [16, 128],
      [31, 128],
      [64, 512],
      [127, 512],
    ]) {
      while (tree.size < items) tree.insert(tree.size, (other) => other < tree.size)
      tree.check()
      expect([items, tree.bytes, arena.usedBytes]).toEqual([items, bytes, bytes])
    }
  })

  it('walks up and down from any rank, and stops when told', () => {
    const tree = new CountedTree(new Arena())
    for (let item = 0; item < 5000; item++) tree.insert(item, (other) => other < item)
    const walked = (rank: number, count: number, isReverse: boolean): number[] => {
      const all: number[] = []
      tree.walk(rank, count, isReverse, (item) => {
        all.push(item)
      })
      return all
    }
    expect(walked(4000, 3, false)).toEqual([4000, 4001, 4002])
    expect(walked(4998, 10, false)).toEqual([4998, 4999])
    expect(walked(2, 10, true)).toEqual([2, 1, 0])
    expect(walked(3000, 1000, true)).toEqual(Array.from({ length: 1000 }, (_, i) => 3000 - i))
    let seen = 0
    tree.walk(0, 5000, false, () => ++seen < 300)
    expect(seen).toBe(300)
  })

  it('replaces items that stand first in their nodes, and others', () => {
    const tree = new CountedTree(new Arena())
    const count = 20_000
    for (let item = 0; item < count; item++) tree.insert(item * 2, (other) => other < item * 2)
    for (let item = 0; item < count; item++) tree.replace((other) => other < item * 2, item * 2, item * 2 + 1)
    tree.check()
    expect(items(tree)).toEqual(Array.from({ length: count }, (_, i) => i * 2 + 1))
    expect(() => tree.replace((other) => other < 7, 8, 9)).toThrow('not at its place')
  })

  it('is full when items are appended, and two thirds full when they come at random', () => {
    const appended = new CountedTree(new Arena())
    for (let item = 0; item < 200_000; item++) appended.insert(item, (other) => other < item)
    expect(appended.bytes / appended.size).toBeLessThan(4.3)
    const random = seeded(2)
    const shuffled = new CountedTree(new Arena())
    for (let i = 0; i < 200_000; i++) {
      const item = random.below(2 ** 30)
      shuffled.insert(item, (other) => other < item)
    }
    expect(shuffled.bytes / shuffled.size).toBeLessThan(6.5)
    shuffled.check()
  })
})
