import { describe, expect, it } from 'vitest'
import { type SeededRandom, seeded } from '../structures/_test-random.ts'
import { Arena } from '../structures/arena.ts'
import { fromLatin1, latin1 } from '../structures/bytes.ts'
import { compareIds, idOf, idText, MAX_ID, MIN_ID, nextId, type StreamId } from '../structures/stream-id.ts'
import { type NodeLimits, type RequestWords, StreamObject, type TrimTarget } from './stream-object.ts'

interface ModelEntry {
  readonly id: StreamId
  readonly words: readonly string[]
}

function requestWords(words: readonly string[]): RequestWords {
  const starts = new Int32Array(words.length)
  const lengths = Int32Array.from(words, (word) => word.length)
  for (let i = 1; i < words.length; i++) starts[i] = starts[i - 1] + lengths[i - 1]
  return { buf: fromLatin1(words.join('')), starts, lengths }
}

const line = ({ id, words }: ModelEntry): string => `${idText(id)} ${words.join(' ')}`

/** A stream and the entries that it should have. */
class Twin {
  readonly arena = new Arena()
  readonly stream = new StreamObject(this.arena)
  model: ModelEntry[] = []
  maxDeletedId = MIN_ID
  added = 0
  readonly #limits: NodeLimits
  readonly #random: SeededRandom

  constructor(limits: NodeLimits, random: SeededRandom) {
    this.#limits = limits
    this.#random = random
  }

  /** An ID that is near the entries, of one of them as often as not. */
  someId(): StreamId {
    const random = this.#random
    const { model } = this
    if (model.length > 0 && random.below(2) === 0) return model[random.below(model.length)].id
    const { msHigh, msLow } = this.stream.lastId
    return idOf(random.below(msHigh * 2 ** 32 + msLow + 3), random.below(3))
  }

  append(): void {
    const random = this.#random
    const { msHigh, msLow, seqHigh, seqLow } = this.stream.lastId
    const ms = msHigh * 2 ** 32 + msLow
    const seq = seqHigh * 2 ** 32 + seqLow
    const id =
      random.below(3) === 0 ? idOf(ms, seq + 1 + random.below(2)) : idOf(ms + 1 + random.below(9), random.below(3))
    const words = ['same', String(random.below(1000))]
    if (random.below(3) === 0)
      words.push(`f${random.below(3)}`, 'v'.repeat(random.below(random.below(30) === 0 ? 9000 : 90)))
    this.stream.append(id, requestWords(words), 0, words.length / 2, this.#limits)
    this.model.push({ id, words })
    this.added++
  }

  delete(id: StreamId): void {
    const index = this.model.findIndex((entry) => compareIds(entry.id, id) === 0)
    expect(this.stream.delete(id)).toBe(index >= 0)
    if (index < 0) return
    this.model.splice(index, 1)
    if (compareIds(id, this.maxDeletedId) > 0) this.maxDeletedId = id
  }

  trim(target: TrimTarget, isApproximate: boolean, limit: number): void {
    const { minId, maxLength } = target
    const first = minId === undefined ? -1 : this.model.findIndex(({ id }) => compareIds(id, minId) >= 0)
    const keeps = minId === undefined ? maxLength : first < 0 ? 0 : this.model.length - first
    const most = Math.max(0, this.model.length - keeps)
    const nodes = this.stream.nodes.count
    const trimmed = this.stream.trim(target, isApproximate, limit)
    if (!isApproximate) expect(trimmed).toBe(most)
    else {
      expect(trimmed).toBeLessThanOrEqual(limit === 0 ? most : Math.min(most, limit))
      expect(trimmed > 0).toBe(this.stream.nodes.count < nodes)
    }
    this.model = this.model.slice(trimmed)
  }

  walked(from: StreamId, to: StreamId, isReverse: boolean, limit: number): string[] {
    const seen: string[] = []
    if (limit === 0) return seen
    this.stream.walk(from, to, isReverse, (entry) => {
      const words: string[] = []
      entry.forEachWord((buf, start, length) => words.push(latin1(buf, start, length)))
      seen.push(line({ id: entry.id, words }))
      return seen.length < limit
    })
    return seen
  }

  checkRange(): void {
    const random = this.#random
    const from = random.below(4) === 0 ? MIN_ID : this.someId()
    const to = random.below(4) === 0 ? MAX_ID : this.someId()
    const limit = random.below(3) === 0 ? 1_000_000 : random.below(20)
    const inside = this.model.filter(({ id }) => compareIds(id, from) >= 0 && compareIds(id, to) <= 0).map(line)
    expect(this.stream.count(from, to, limit)).toBe(Math.min(limit, inside.length))
    expect(this.walked(from, to, false, limit)).toEqual(inside.slice(0, limit))
    expect(this.walked(from, to, true, limit)).toEqual(inside.toReversed().slice(0, limit))
  }

  /** One ID after the other, in any direction: a walk may go on from where the last one was. */
  checkIds(): void {
    const random = this.#random
    const ids = Array.from({ length: 12 }, () => this.someId())
    if (random.below(2) === 0) ids.sort(compareIds)
    for (const id of ids) {
      const entry = this.model.find((other) => compareIds(other.id, id) === 0)
      expect([idText(id), this.stream.has(id)]).toEqual([idText(id), entry !== undefined])
      expect(this.walked(id, id, false, 5)).toEqual(entry === undefined ? [] : [line(entry)])
      if (random.below(6) === 0) this.delete(id)
      if (random.below(6) === 0) this.append()
    }
  }

  check(stream = this.stream): void {
    const { model } = this
    expect([stream.length, stream.entriesAdded]).toEqual([model.length, this.added])
    expect(stream.maxDeletedId).toEqual(this.maxDeletedId)
    expect(stream.firstId).toEqual(model[0]?.id ?? MIN_ID)
    expect(stream.lastEntryId).toEqual(model.at(-1)?.id ?? MIN_ID)
    expect(this.stream.arenaBytes).toBe(stream === this.stream ? this.arena.usedBytes : this.stream.arenaBytes)
  }
}

const LIMITS: readonly NodeLimits[] = [
  { streamNodeEntries: 100, streamNodeBytes: 4096 },
  { streamNodeEntries: 1, streamNodeBytes: 0 },
  { streamNodeEntries: 3, streamNodeBytes: 100 },
  { streamNodeEntries: 0, streamNodeBytes: 0 },
  { streamNodeEntries: 0, streamNodeBytes: 300 },
]

describe('A stream', () => {
  it('agrees with an array of entries through any additions, deletions and trims, whatever its nodes', () => {
    for (const [i, limits] of LIMITS.entries()) {
      const random = seeded(i + 1)
      const twin = new Twin(limits, random)
      for (let step = 0; step < 3000; step++) {
        const roll = random.below(100)
        if (roll < 55) twin.append()
        else if (roll < 75) twin.delete(twin.someId())
        else if (roll < 85) twin.checkRange()
        else if (roll < 95) twin.checkIds()
        else if (roll < 98) {
          const target = {
            maxLength: random.below(twin.model.length + 20),
            minId: roll < 96 ? twin.someId() : undefined,
          }
          const isApproximate = random.below(2) === 0
          twin.trim(target, isApproximate, isApproximate ? random.below(3) * 40 : 0)
        } else if (roll < 99) twin.stream.leaveSegment(random.below(2))
        else if (random.below(10) === 0) twin.trim({ maxLength: 0, minId: undefined }, false, 0)
        if (step % 20 === 0) twin.check()
      }
      twin.check()
      const copy = twin.stream.copy(new Arena())
      twin.check(copy)
      expect(copy.arenaBytes).toBe(copy.arena.usedBytes)
      twin.stream.free()
      expect(twin.arena.usedBytes).toBe(0)
    }
  })

  it('has IDs of 128 bits, at whatever distances', () => {
    const random = seeded(9)
    const big = 2 ** 32 - 1
    const halves = [0, 1, 2 ** 20, 2 ** 21 - 1, 2 ** 21, 2 ** 31, big]
    const ids = new Map<string, StreamId>()
    for (let i = 0; i < 400; i++) {
      const [msHigh, msLow, seqHigh, seqLow] = [0, 1, 2, 3].map(() => halves[random.below(halves.length)])
      const id = { msHigh, msLow, seqHigh, seqLow }
      if (compareIds(id, MIN_ID) > 0) ids.set(idText(id), id)
    }
    const sorted = [...ids.values()].sort(compareIds)
    for (const streamNodeEntries of [1, 7, 0]) {
      const stream = new StreamObject(new Arena())
      for (const id of sorted)
        stream.append(id, requestWords(['f', 'v']), 0, 1, { streamNodeEntries, streamNodeBytes: 0 })
      for (const from of sorted) {
        const at = sorted.indexOf(from)
        expect([idText(from), stream.has(from)]).toEqual([idText(from), true])
        expect(stream.count(from, MAX_ID, 1000)).toBe(sorted.length - at)
        expect(stream.count(MIN_ID, from, 1000)).toBe(at + 1)
        // No walk goes on from where the last one was.
        stream.leaveSegment(9)
        const behind = nextId(from)
        if (behind !== undefined) expect(stream.count(behind, MAX_ID, 1000)).toBe(sorted.length - at - 1)
        const next: string[] = []
        stream.walk(from, MAX_ID, false, (entry) => next.push(idText(entry.id)) < 2)
        expect(next).toEqual(sorted.slice(at, at + 2).map(idText))
      }
    }
  })

  it('finds IDs whose differences to the first one of their node turn over', () => {
    const far = 2 ** 32 - 1
    for (const id of [
      { msHigh: far, msLow: 0, seqHigh: 0, seqLow: 0 },
      { msHigh: 0, msLow: 1, seqHigh: far, seqLow: 0 },
    ]) {
      const stream = new StreamObject(new Arena())
      for (const each of [idOf(1, 1), id]) stream.append(each, requestWords(['f', 'v']), 0, 1, LIMITS[0])
      expect(stream.count(idOf(1, 2), MAX_ID, 5)).toBe(1)
    }
  })

  it('takes no more than Redis where it is small', () => {
    const stream = new StreamObject(new Arena())
    const limits = LIMITS[0]
    for (let i = 0; i < 5; i++)
      stream.append(idOf(1_700_000_000_000, i), requestWords(['temp', '7', 'hum', '5']), 0, 2, limits)
    expect(stream.externalBytes + stream.arenaBytes).toBeLessThan(600)
  })
})
