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

// Thirteen items to a prefix, so that both the prefix and the question decide.
const prefixOf = (item: number): number => Math.floor(item / 13) - 1000

/** Asks about the item itself only where its prefix does not tell. */
const below =
  (item: number) =>
  (other: number): boolean => {
    expect(prefixOf(other)).toBe(prefixOf(item))
    return other < item
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
        expect(tree.rank(prefixOf(item), below(item))).toBe(rank)
        const grows = step % 3000 < 2000
        if (random.below(10) < (grows ? 8 : 2)) {
          if (model[rank] !== item) {
            tree.insert(item, prefixOf(item), below(item))
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
    expect([arena.usedBytes, tree.rank(0, () => true)]).toEqual([0, 0])
    for (const [items, bytes] of [
      [1, 64],
      [7, 64],
      [8, 128],
      [15, 128],
      [32, 512],
      [63, 512],
    ]) {
      while (tree.size < items) tree.insert(tree.size, prefixOf(tree.size), below(tree.size))
      tree.check()
      expect([items, tree.bytes, arena.usedBytes]).toEqual([items, bytes, bytes])
    }
  })

  it('walks up and down from any rank, and stops when told', () => {
    const tree = new CountedTree(new Arena())
    for (let item = 0; item < 5000; item++) tree.insert(item, prefixOf(item), below(item))
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

  it('moves and removes items that it found, whether they stay in their leaf or not', () => {
    for (let seed = 1; seed <= 4; seed++) {
      const random = seeded(seed)
      const arena = new Arena()
      const tree = new CountedTree(arena)
      // Items are names; where they stand is told by their places, of which several items may have one.
      const places = new Map<number, number>()
      const isBefore = (item: number, other: number): boolean => {
        const [place, otherPlace] = [places.get(item) as number, places.get(other) as number]
        return place < otherPlace || (place === otherPlace && item < other)
      }
      const before = (item: number) => (other: number) => other !== item && isBefore(other, item)
      const prefix = (item: number): number => Math.floor((places.get(item) as number) / 5)
      for (let step = 0; step < 12_000; step++) {
        const item = random.below(3000)
        const place = places.get(item)
        if (place === undefined) {
          places.set(item, random.below(20_000))
          tree.insert(item, prefix(item), before(item))
        } else {
          tree.find(item, prefix(item), before(item))
          if (step % 9000 > 6000 && random.below(2) === 0) {
            tree.removeFound()
            places.delete(item)
          } else {
            const step = random.below(2) === 0 ? 40 : 20_000
            places.set(item, place + random.below(step) - step / 2)
            tree.moveFound(prefix(item), before(item))
          }
        }
        if (step % 500 === 0) {
          tree.check()
          expect(items(tree)).toEqual([...places.keys()].sort((a, b) => (isBefore(a, b) ? -1 : 1)))
        }
      }
      tree.check()
    }
  })

  it('replaces items that stand first in their nodes, and others', () => {
    const tree = new CountedTree(new Arena())
    const count = 20_000
    for (let item = 0; item < count; item++) tree.insert(item * 2, prefixOf(item * 2), below(item * 2))
    for (let item = 0; item < count; item++) tree.replace(prefixOf(item * 2), below(item * 2), item * 2, item * 2 + 1)
    tree.check()
    expect(items(tree)).toEqual(Array.from({ length: count }, (_, i) => i * 2 + 1))
    expect(() => tree.replace(prefixOf(7), (other) => other < 7, 8, 9)).toThrow('not at its place')
  })

  it('is full when items are appended, and two thirds full when they come at random', () => {
    const appended = new CountedTree(new Arena())
    for (let item = 0; item < 200_000; item++) appended.insert(item, prefixOf(item), below(item))
    expect(appended.bytes / appended.size).toBeLessThan(8.5)
    const random = seeded(2)
    const shuffled = new CountedTree(new Arena())
    for (let i = 0; i < 200_000; i++) {
      const item = random.below(2 ** 30)
      shuffled.insert(item, prefixOf(item), below(item))
    }
    expect(shuffled.bytes / shuffled.size).toBeLessThan(12.5)
    shuffled.check()
  })
})
