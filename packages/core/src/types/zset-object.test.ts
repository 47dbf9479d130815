import { describe, expect, it } from 'vitest'
import { type SeededRandom, seeded } from '../structures/_test-random.ts'
import { Arena } from '../structures/arena.ts'
import { fromLatin1, latin1 } from '../structures/bytes.ts'
import { ZsetObject } from './zset-object.ts'

const SEED = { seedLow: 1, seedHigh: 2 }

type Pair = readonly [member: string, score: number]

const inOrder = (model: ReadonlyMap<string, number>): Pair[] =>
  [...model].sort(([a, x], [b, y]) => (x < y ? -1 : x > y ? 1 : a < b ? -1 : 1))

/** A sorted set and what it should hold. */
class Twin {
  zset: ZsetObject
  readonly model = new Map<string, number>()

  constructor(arena: Arena) {
    this.zset = new ZsetObject(arena, SEED, false)
  }

  find(member: string): number {
    return this.zset.find(fromLatin1(member), 0, member.length)
  }

  set(member: string, score: number): void {
    const address = this.find(member)
    expect(address !== 0).toBe(this.model.has(member))
    if (address !== 0) this.zset.setScore(address, score)
    else this.zset.add(fromLatin1(`..${member}`), 2, member.length, score)
    this.model.set(member, score)
  }

  delete(member: string): void {
    expect(this.zset.delete(fromLatin1(`.${member}`), 1, member.length)).toBe(this.model.delete(member))
  }

  removeRange(rank: number, count: number): void {
    for (const [member] of inOrder(this.model).slice(rank, rank + count)) this.model.delete(member)
    this.zset.removeRange(rank, count)
  }

  walked(rank: number, count: number, isReverse: boolean, zset = this.zset): Pair[] {
    const seen: Pair[] = []
    zset.walk(rank, count, isReverse, (address) => {
      zset.locate(address)
      seen.push([latin1(zset.memberBuf, zset.memberStart, zset.memberLength), zset.scoreOf(address)])
    })
    return seen
  }

  /** Everything by every way. `toEqual` tells the zeros apart. */
  check(random: SeededRandom): void {
    const { zset, model } = this
    const sorted = inOrder(model)
    const { length } = sorted
    expect(zset.size).toBe(length)
    expect(this.walked(0, length, false)).toEqual(sorted)
    expect(this.walked(length - 1, length, true)).toEqual([...sorted].reverse())
    for (let i = 0; i < 20 && length > 0; i++) {
      const rank = random.below(length)
      const [member, score] = sorted[rank]
      const address = this.find(member)
      expect(zset.at(rank)).toBe(address)
      expect(zset.rankOf(address)).toBe(rank)
      expect(zset.scoreOf(address)).toBe(score)
      expect(zset.rankOfScore(score, false)).toBe(sorted.findIndex(([, other]) => other === score))
      const other = `m${random.below(3000)}`
      expect(Math.sign(zset.compareMember(address, fromLatin1(other), 0, other.length))).toBe(
        member < other ? -1 : member > other ? 1 : 0,
      )
      expect(this.walked(rank, 3, false)).toEqual(sorted.slice(rank, rank + 3))
    }
    const scanned = new Set<number>()
    for (let cursor = zset.scan(0, (address) => scanned.add(address)); cursor !== 0; ) {
      cursor = zset.scan(cursor, (address) => scanned.add(address))
    }
    expect(scanned.size).toBe(length)
  }
}

const SCORES = [0, -0, 1, -1, 0.1, 1e-300, -1e300, 2 ** 53, Number.MAX_VALUE, Infinity, -Infinity]

describe('A large sorted set', () => {
  it('agrees with a sorted array through any changes, beside others in its arena, and gives all memory back', () => {
    for (const members of [3, 60, 3000]) {
      const random = seeded(members)
      const arena = new Arena()
      const twins = [0, 1].map(() => new Twin(arena))
      for (let step = 0; step < 12_000; step++) {
        const twin = twins[random.below(2)]
        const number = random.below(members)
        // Some are empty, some longer than a byte can say.
        const member = number === 1 ? '' : `m${number}`.padEnd(number % 50 === 0 ? 300 : 1, 'x')
        const kind = random.below(20)
        // Grows in the first half, shrinks in the second.
        if (kind < (step < 6000 ? 14 : 6)) {
          const near = (twin.model.get(member) ?? 0) + (random.below(3) - 1) / 8
          const score = [SCORES[random.below(SCORES.length)], random.below(50) - 25, near][random.below(3)]
          twin.set(member, score === -Infinity || score === Infinity ? random.below(9) : score)
        } else if (kind < 18) twin.delete(member)
        else if (kind === 18) twin.removeRange(random.below(twin.model.size + 1), random.below((members >> 3) + 2))
        else if (step % 10 === 0) twin.zset.leaveSegment(0)
        if (step % 500 === 0) for (const each of twins) each.check(random)
      }
      for (const { zset } of twins) zset.free()
      expect(arena.usedBytes).toBe(0)
    }
  })

  it('keeps infinities and the sign of zero, which is no place of its own', () => {
    const twin = new Twin(new Arena())
    for (const [i, score] of SCORES.entries()) twin.set(`m${i}`, score)
    twin.check(seeded(1))
    twin.set('m0', -0)
    twin.check(seeded(1))
    expect(twin.walked(3, 2, false)).toEqual([
      ['m0', -0],
      ['m1', -0],
    ])
    twin.zset.dropZeroSigns()
    expect(twin.walked(2, 4, false).map(([, score]) => score)).toEqual([-1, 0, 0, 1e-300])
  })

  it('is copied whole, into another arena', () => {
    const twin = new Twin(new Arena())
    for (let i = 0; i < 1000; i++) twin.set(`m${i}`, (i * 7919) % 101)
    const other = new Arena()
    const copy = twin.zset.copy(other)
    twin.zset.free()
    expect(twin.zset.arena.usedBytes).toBe(0)
    expect(twin.walked(0, 1000, false, copy)).toEqual(inOrder(twin.model))
    copy.free()
    expect(other.usedBytes).toBe(0)
  })
})
