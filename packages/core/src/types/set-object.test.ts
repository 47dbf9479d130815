import { describe, expect, it } from 'vitest'
import { seeded } from '../structures/_test-random.ts'
import { Arena } from '../structures/arena.ts'
import { fromLatin1, latin1 } from '../structures/bytes.ts'
import { FORM_HASHTABLE } from './set-form.ts'
import { SetObject } from './set-object.ts'

const SEED = { seedLow: 1, seedHigh: 2 }

function add(set: SetObject, member: string): boolean {
  return set.add(fromLatin1(member), 0, member.length)
}

function remove(set: SetObject, member: string): boolean {
  return set.delete(fromLatin1(member), 0, member.length)
}

function membersOf(set: SetObject): string[] {
  const members: string[] = []
  set.forEach((address) => {
    set.locate(address)
    members.push(latin1(set.memberBuf, set.memberStart, set.memberLength))
  })
  return members.sort()
}

describe('A large set', () => {
  it('keeps its members apart from those of others in the same arena, whatever grows and shrinks', () => {
    const arena = new Arena()
    const random = seeded(5)
    const sets = [1, 2, 3].map(() => ({ set: new SetObject(arena, SEED, FORM_HASHTABLE), model: new Set<string>() }))
    for (let step = 0; step < 120_000; step++) {
      const { set, model } = sets[random.below(3)]
      const member = `${random.below(30_000)}${'x'.repeat(random.below(4))}`
      // Grows in the first half, shrinks in the second.
      if (random.below(10) < (step < 60_000 ? 9 : 3)) expect(add(set, member)).toBe(!model.has(member))
      else expect(remove(set, member)).toBe(model.has(member))
      if (set.find(fromLatin1(member), 0, member.length) !== 0) model.add(member)
      else model.delete(member)
    }
    for (const { set, model } of sets) {
      expect(membersOf(set)).toEqual([...model].sort())
      expect(membersOf(set.copy(arena))).toEqual([...model].sort())
    }
  })

  it('fills its pages and gives all of them back', () => {
    const arena = new Arena()
    const small = Array.from({ length: 100 }, () => new SetObject(arena, SEED, FORM_HASHTABLE))
    const large = new SetObject(arena, SEED, FORM_HASHTABLE)
    let worst = 0
    for (let i = 0; i < 600_000; i++) {
      add(large, `m:${i}`)
      if (i % 100 === 0) add(small[(i / 100) % 100], `${i}`)
      if (i > 350_000 && i % 1000 === 0) worst = Math.max(worst, arena.pageBytes / arena.usedBytes)
    }
    // With the pages that the regions of the table leave behind it would be a quarter more.
    expect(worst).toBeLessThan(1.15)
    let missing = 0
    for (let i = 0; i < 600_000; i++) if (!remove(large, `m:${i}`)) missing++
    expect(missing).toBe(0)
    for (const set of [large, ...small]) set.free()
    expect(arena.usedBytes).toBe(0)
  })

  it('leaves a segment of the arena without a change', () => {
    const arena = new Arena()
    const set = new SetObject(arena, SEED, FORM_HASHTABLE)
    const all = Array.from({ length: 20_000 }, (_, i) => `m${i}`)
    for (const member of all) add(set, member)
    add(set, 'x'.repeat(100_000))
    const { usedBytes } = arena
    set.leaveSegment(0)
    set.leaveSegment(1)
    expect(arena.usedBytes).toBe(usedBytes)
    expect(membersOf(set)).toEqual([...all, 'x'.repeat(100_000)].sort())
  })
})
