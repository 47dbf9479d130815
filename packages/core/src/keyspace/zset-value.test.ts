import { describe, expect, it } from 'vitest'
import { type SeededRandom, seeded } from '../structures/_test-random.ts'
import { fromLatin1, latin1 } from '../structures/bytes.ts'
import { ZsetObject } from '../types/zset-object.ts'
import { find, Owner } from './_test-owner.ts'
import { Database, NO_EXPIRY } from './database.ts'
import { ENCODING_OBJECT } from './entry.ts'
import { PACKED_BYTES_MAX } from './packed-value.ts'
import { zsetContent } from './zset-content.ts'
import { ZsetValue } from './zset-value.ts'

const KEY = fromLatin1('z')

type Pair = readonly [member: string, score: number]

/** The sorted set at a key, and what it should hold. */
class Twin {
  readonly owner = new Owner()
  readonly db = new Database(0, this.owner)
  readonly model = new Map<string, number>()

  open(): ZsetValue {
    return new ZsetValue(this.db, find(this.db, 'z'), KEY, 0, KEY.length)
  }

  get sorted(): Pair[] {
    return [...this.model].sort(([a, x], [b, y]) => (x < y ? -1 : x > y ? 1 : a < b ? -1 : 1))
  }

  get isLarge(): boolean {
    const address = find(this.db, 'z')
    return address !== 0 && this.db.encoding(address) === ENCODING_OBJECT
  }

  set(member: string, score: number): void {
    const zset = this.open()
    const bytes = fromLatin1(`..${member}`)
    zset.find(bytes, 2, member.length)
    zset.set(bytes, 2, member.length, score)
    this.model.set(member, score)
  }

  delete(member: string): void {
    const zset = this.open()
    expect(zset.delete(fromLatin1(`.${member}`), 1, member.length)).toBe(this.model.delete(member))
    this.dropEmpty(zset)
  }

  removeRange(rank: number, count: number): void {
    const zset = this.open()
    for (const [member] of this.sorted.slice(rank, rank + count)) this.model.delete(member)
    zset.removeRange(rank, count)
    this.dropEmpty(zset)
  }

  dropEmpty(zset: ZsetValue): void {
    expect(zset.size).toBe(this.model.size)
    if (zset.size === 0 && find(this.db, 'z') !== 0) this.db.removeFound(find(this.db, 'z'))
  }

  walked(rank: number, count: number, isReverse: boolean): Pair[] {
    const seen: Pair[] = []
    this.open().walk(rank, count, isReverse, (buf, start, length, score) => {
      seen.push([latin1(buf, start, length), score])
    })
    return seen
  }

  scanned(count: number): Map<string, number> {
    const seen = new Map<string, number>()
    let cursor = 0
    do {
      cursor = this.open().scan(cursor, count, (buf, start, length, score) => {
        seen.set(latin1(buf, start, length), score)
      })
    } while (cursor !== 0)
    return seen
  }

  /** Everything by every way. `toEqual` tells the zeros apart. */
  check(random: SeededRandom): void {
    const { sorted } = this
    const { length } = sorted
    expect(this.open().size).toBe(length)
    expect(this.walked(0, length, false)).toEqual(sorted)
    expect(this.walked(length - 1, length, true)).toEqual([...sorted].reverse())
    expect(this.scanned(1 + random.below(20))).toEqual(this.model)
    for (let i = 0; i < 5 && length > 0; i++) this.#checkAt(sorted, random.below(length), random)
    const absent = fromLatin1('absent')
    expect([this.open().find(absent, 0, 6), this.open().rankOf(absent, 0, 6)]).toEqual([false, -1])
  }

  #checkAt(sorted: readonly Pair[], rank: number, random: SeededRandom): void {
    const [member, score] = sorted[rank]
    const zset = this.open()
    expect(zset.find(fromLatin1(member), 0, member.length)).toBe(true)
    expect(zset.score).toBe(score)
    zset.score = Number.NaN
    expect(zset.rankOf(fromLatin1(member), 0, member.length)).toBe(rank)
    expect(zset.score).toBe(score)
    for (const asked of [score, score + 1 / 16]) {
      expect(zset.rankOfScore(asked, false)).toBe(sorted.filter(([, other]) => other < asked).length)
      expect(zset.rankOfScore(asked, true)).toBe(sorted.filter(([, other]) => other <= asked).length)
    }
    const count = 1 + random.below(5)
    expect(this.walked(rank, count, false)).toEqual(sorted.slice(rank, rank + count))
    const down = sorted.slice(Math.max(0, rank - count + 1), rank + 1).reverse()
    expect(this.walked(rank, count, true)).toEqual(down)
  }
}

describe('A sorted set at a key', () => {
  it('agrees with a sorted array through any changes, whichever of its forms it has', () => {
    // Members; limits: the second of them is packed by name and too long for that, the last one large at once.
    const kinds = [
      [30, 128, 64],
      [120, 128, 300],
      [400, 128, 64],
      [2000, 300, 64],
      [20, 0, 64],
    ]
    for (const [members, entries, bytes] of kinds) {
      const twin = new Twin()
      const random = seeded(members)
      Object.assign(twin.owner.limits, { zsetEntries: entries, zsetValueBytes: bytes })
      let wasLarge = false
      for (let step = 0; step < 4000; step++) {
        const number = random.below(members)
        const member = [`${number}`, `m${number}`, `-${number}`.padEnd(bytes === 300 ? 300 : 3, 'x')][number % 3]
        const kind = random.below(20)
        if (kind < (step % 2000 < 1300 ? 15 : 4)) {
          twin.set(member, [random.below(20) - 10, random.below(1000) / 8, 2 ** 53 + 2, -1e-9][random.below(4)])
        } else if (kind < 19) twin.delete(member)
        else {
          const rank = random.below(twin.model.size + 1)
          twin.removeRange(rank, Math.min(random.below(5), twin.model.size - rank))
        }
        wasLarge ||= twin.isLarge
        if (step % 100 === 0) twin.check(random)
      }
      expect([members, wasLarge]).toEqual([members, members !== 30])
      expect(twin.db.arena.usedBytes > 0).toBe(true)
      twin.removeRange(0, twin.model.size)
      expect([twin.db.size, twin.db.arena.usedBytes]).toEqual([0, new Database(0, twin.owner).arena.usedBytes])
    }
  })

  it('counts what comes before some bytes, where all scores are the same', () => {
    for (const entries of [128, 0]) {
      const twin = new Twin()
      twin.owner.limits.zsetEntries = entries
      for (const member of ['', 'a', 'ab', 'b', 'b\0', '\xff', '10', '9']) twin.set(member, 7)
      for (const asked of ['', 'a', 'aa', 'ab', 'b', 'b\0', 'c', '\xff', '\xff\xff', '1', '95']) {
        for (const orEqual of [false, true]) {
          const below = [...twin.model.keys()].filter((member) => member < asked || (orEqual && member === asked))
          expect([asked, orEqual, twin.open().rankOfLex(fromLatin1(asked), orEqual)]).toEqual([
            asked,
            orEqual,
            below.length,
          ])
        }
      }
    }
  })

  it('goes by Redis’s limits, and is a listpack by name when only ours is exceeded', () => {
    const twin = new Twin()
    const isNominal = (): boolean => twin.open().isNominallyPacked
    for (let i = 0; i < 128; i++) twin.set(`m${i}`, i)
    expect([twin.isLarge, isNominal()]).toEqual([false, true])
    twin.set('m128', 128)
    expect([twin.isLarge, isNominal()]).toEqual([true, false])
    twin.removeRange(1, 128)
    expect([twin.isLarge, isNominal()]).toEqual([true, false])

    const long = new Twin()
    long.owner.limits.zsetValueBytes = PACKED_BYTES_MAX
    for (let i = 0; i < 9; i++) long.set(`${i}`.repeat(PACKED_BYTES_MAX / 8), -0)
    expect([long.isLarge, long.open().isNominallyPacked]).toEqual([true, true])
    // Where zero has no sign, and a scan finds all at once.
    expect(new Set(long.walked(0, 9, false).map(([, score]) => Object.is(score, 0)))).toEqual(new Set([true]))
    expect(long.open().scan(0, 1, () => {})).toBe(0)
    long.open().expect(1, PACKED_BYTES_MAX + 1)
    expect(long.open().isNominallyPacked).toBe(false)
    long.set('new', -0)
    expect(Object.is(long.walked(8, 2, false).find(([member]) => member === 'new')?.[1], -0)).toBe(true)

    for (const [members, bytes] of [
      [129, 1],
      [1, 65],
    ]) {
      const expecting = new Twin()
      expecting.open().expect(128, 64)
      expect(expecting.isLarge).toBe(false)
      expecting.open().expect(members, bytes)
      expect([expecting.isLarge, expecting.open().isNominallyPacked]).toEqual([true, false])
    }
  })

  it('takes what was built aside, in the form that Redis would choose', () => {
    const kinds: [members: number, memberBytes: number, isLarge: boolean, isNominal: boolean][] = [
      [128, 5, false, true],
      [129, 5, true, false],
      [1, 64, false, true],
      [2, 65, true, false],
      [128, 64, true, true],
    ]
    for (const [members, memberBytes, isLarge, isNominal] of kinds) {
      const twin = new Twin()
      const built = new ZsetObject(twin.db.arena, twin.owner, true)
      for (let i = 0; i < members; i++) {
        const member = `${i}`.padStart(memberBytes, 'x')
        const score = i % 3 === 0 ? -0 : i / 8
        built.add(fromLatin1(member), 0, member.length, score)
        twin.model.set(member, isNominal ? score + 0 : score)
      }
      const value = { ...zsetContent(twin.db, built), expiryMs: NO_EXPIRY }
      twin.db.putValue(twin.db.lookupWrite(KEY, 0, KEY.length), KEY, 0, KEY.length, value)
      expect([twin.isLarge, twin.open().isNominallyPacked]).toEqual([isLarge, isNominal])
      twin.check(seeded(1))
      twin.removeRange(0, members)
      expect(twin.db.arena.usedBytes).toBe(new Database(0, twin.owner).arena.usedBytes)
    }
  })
})
