import { describe, expect, it } from 'vitest'
import { type SeededRandom, seeded } from '../structures/_test-random.ts'
import { Arena } from '../structures/arena.ts'
import { compareIds, idOf, idText, MAX_ID, MIN_ID, type StreamId } from '../structures/stream-id.ts'
import { type StreamConsumer, type StreamGroup, StreamGroups } from './stream-group.ts'
import { releaseAll } from './value-object.ts'

interface Pending {
  readonly id: StreamId
  consumer: string
  deliveryMs: number
  deliveries: number
}

const NAMES = ['a', 'b', 'c', 'd', '']

/** A group and what it should hold. */
class Twin {
  readonly arena = new Arena()
  readonly groups = new StreamGroups()
  readonly group = this.groups.create(this.arena, 'g', MIN_ID, 0) as StreamGroup
  readonly model = new Map<string, Pending>()
  readonly consumers = new Set<string>()

  consumer(name: string): StreamConsumer {
    const made = this.group.createConsumer(name, 1)
    expect(made === undefined).toBe(this.consumers.has(name))
    this.consumers.add(name)
    return this.group.consumers.get(name) as StreamConsumer
  }

  /** Delivers an entry that is pending or not. */
  deliver(id: StreamId, name: string, deliveryMs: number): void {
    const consumer = this.consumer(name)
    const old = this.model.get(idText(id))
    const record = this.group.find(id)
    expect(record !== 0).toBe(old !== undefined)
    const deliveries = (old?.deliveries ?? 0) + 1
    if (record === 0) this.group.add(id, consumer, deliveryMs, deliveries)
    else {
      this.group.assign(record, consumer)
      this.group.setDelivery(record, deliveryMs, deliveries)
    }
    this.model.set(idText(id), { id, consumer: name, deliveryMs, deliveries })
  }

  acknowledge(id: StreamId): void {
    expect(this.group.remove(id)).toBe(this.model.delete(idText(id)))
  }

  deleteConsumer(name: string): void {
    const consumer = this.group.consumers.get(name)
    expect(consumer !== undefined).toBe(this.consumers.delete(name))
    if (consumer === undefined) return
    const own = [...this.model.values()].filter((pending) => pending.consumer === name)
    expect(this.group.deleteConsumer(consumer)).toBe(own.length)
    for (const { id } of own) this.model.delete(idText(id))
  }

  /** Everything by every way. */
  check(random: SeededRandom, group = this.group): void {
    const sorted = [...this.model.values()].sort((a, b) => compareIds(a.id, b.id))
    const lines = (list: readonly Pending[]): string[] =>
      list.map((p) => `${idText(p.id)} ${p.consumer} ${p.deliveryMs} ${p.deliveries}`)
    const walked = (walk: (visit: (record: number) => void) => void): string[] => {
      const seen: string[] = []
      walk((record) => {
        const { name } = group.consumerOf(record)
        const delivery = `${group.deliveryMs(record)} ${group.deliveries(record)}`
        seen.push(`${idText(group.idOf(record))} ${name} ${delivery}`)
      })
      return seen
    }
    expect(group.pendingCount).toBe(sorted.length)
    expect([...group.consumers.keys()].sort()).toEqual([...this.consumers].sort())
    if (sorted.length > 0) {
      expect([group.firstPendingId, group.lastPendingId]).toEqual([sorted[0].id, sorted[sorted.length - 1].id])
    }
    const from = idOf(random.below(60), random.below(3))
    const behind = sorted.filter(({ id }) => compareIds(id, from) >= 0)
    expect(walked((visit) => group.walk(from, undefined, visit))).toEqual(lines(behind))
    for (const consumer of group.consumers.values()) {
      const own = sorted.filter((pending) => pending.consumer === consumer.name)
      expect(consumer.pending.size).toBe(own.length)
      expect(walked((visit) => group.walk(MIN_ID, consumer, visit))).toEqual(lines(own))
    }
    const untilMs = random.below(30)
    const idle = sorted.filter(({ deliveryMs }) => deliveryMs <= untilMs)
    idle.sort((a, b) => a.deliveryMs - b.deliveryMs || compareIds(a.id, b.id))
    expect(walked((visit) => group.walkIdle(untilMs, visit))).toEqual(lines(idle))
    let left = 2
    group.walkIdle(untilMs, () => --left > 0)
    expect(left).toBe(Math.max(0, 2 - idle.length))
  }
}

describe('A consumer group', () => {
  it('agrees with a map of what is pending through any sequence, asked for what is idle at once or later', () => {
    for (let seed = 1; seed <= 4; seed++) {
      const random = seeded(seed)
      const twin = new Twin()
      for (let step = 0; step < 6000; step++) {
        const id = seed === 2 ? idOf(step, 0) : idOf(random.below(60), random.below(3) * 2 ** 40)
        const roll = random.below(100)
        const grows = step % 1500 < 900
        if (roll < (grows ? 60 : 20)) twin.deliver(id, NAMES[random.below(NAMES.length)], random.below(30))
        else if (roll < 97) {
          const pending = [...twin.model.values()]
          const known = pending.length > 0 && random.below(4) > 0 ? pending[random.below(pending.length)].id : id
          twin.acknowledge(seed === 2 && pending.length > 0 && random.below(3) > 0 ? pending[0].id : known)
        } else if (roll < 98) twin.deleteConsumer(NAMES[random.below(NAMES.length)])
        else twin.group.leaveSegment(random.below(2))
        if (step % 100 === (seed === 1 ? 0 : 50) && step >= seed * 500) {
          twin.check(random)
          expect(twin.arena.usedBytes).toBe(twin.group.arenaBytes)
        }
      }
      const copies = new StreamGroups()
      const copy = copies.create(twin.arena, 'g', MIN_ID, 0) as StreamGroup
      twin.group.copyTo(copy)
      twin.check(random, copy)
      expect(copies.externalBytes).toBe(twin.groups.externalBytes)
      releaseAll(copy.release())
      expect(twin.arena.usedBytes).toBe(twin.group.arenaBytes)
      expect(twin.groups.destroy('g')).toBe(true)
      expect([twin.arena.usedBytes, twin.groups.externalBytes, twin.groups.destroy('g')]).toEqual([0, 0, false])
    }
  })

  it('acknowledges a hundred thousand entries from either end', () => {
    for (const isReverse of [false, true]) {
      const { group, arena } = new Twin()
      const consumer = group.createConsumer('a', 1) as StreamConsumer
      const ids = Array.from({ length: 100_000 }, (_, i) => idOf(2 ** 45 + i, i % 7))
      for (const id of ids) group.add(id, consumer, 1, 1)
      expect(group.arenaBytes).toBeLessThan(ids.length * 56)
      if (isReverse) ids.reverse()
      expect(ids.every((id) => group.remove(id))).toBe(true)
      expect([group.pendingCount, consumer.pending.size, arena.usedBytes]).toEqual([0, 0, group.arenaBytes])
      expect(group.arenaBytes).toBeLessThan(40_000)
    }
  })

  it('keeps counts and times of every size', () => {
    const { group } = new Twin()
    const consumer = group.createConsumer('a', 1) as StreamConsumer
    const counts = [0, 1, 2 ** 32, 2 ** 53 - 1, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)]
    for (const [i, count] of counts.entries()) group.add(idOf(i, 0), consumer, 2 ** 47 + i, count)
    group.add(MAX_ID, consumer, 0, 7)
    expect(counts.map((_, i) => group.deliveries(group.find(idOf(i, 0))))).toEqual(counts)
    expect(counts.map((_, i) => group.deliveryMs(group.find(idOf(i, 0))))).toEqual(counts.map((_, i) => 2 ** 47 + i))
    expect(group.lastPendingId).toEqual(MAX_ID)
  })

  it('is one of several of a stream, each with a name of its own', () => {
    const groups = new StreamGroups()
    const arena = new Arena()
    const one = groups.create(arena, 'one', MIN_ID, 0)
    const bytes = groups.externalBytes
    expect(groups.create(arena, 'one', MIN_ID, 0)).toBe(undefined)
    groups.create(arena, 'two', MIN_ID, 0)
    expect(groups.externalBytes).toBe(2 * bytes)
    one?.createConsumer('c', 1)
    expect(groups.externalBytes).toBeGreaterThan(2 * bytes)
    groups.destroy('one')
    expect([groups.externalBytes, [...groups.keys()]]).toEqual([bytes, ['two']])
  })
})
