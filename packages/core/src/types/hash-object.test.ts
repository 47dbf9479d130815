import { describe, expect, it } from 'vitest'
import { seeded } from '../structures/_test-random.ts'
import { Arena } from '../structures/arena.ts'
import { fromLatin1, latin1 } from '../structures/bytes.ts'
import { HashObject, KEEP_FIELD_EXPIRY, NO_FIELD_EXPIRY } from './hash-object.ts'

const SEED = { seedLow: 1, seedHigh: 2 }

interface Model {
  value: string
  expiryMs: number
}

class Pair {
  readonly arena: Arena
  hash: HashObject
  readonly model = new Map<string, Model>()

  constructor(arena: Arena) {
    this.arena = arena
    this.hash = new HashObject(arena, SEED, false)
  }

  set(field: string, value: string, expiryMs: number): void {
    const old = this.model.get(field)
    const isNew = this.hash.set(fromLatin1(field), 0, field.length, fromLatin1(value), 0, value.length, expiryMs)
    expect(isNew).toBe(old === undefined)
    const kept = old?.expiryMs ?? NO_FIELD_EXPIRY
    this.model.set(field, { value, expiryMs: expiryMs === KEEP_FIELD_EXPIRY ? kept : expiryMs })
  }

  setExpiry(field: string, expiryMs: number): void {
    const old = this.model.get(field)
    expect(this.hash.setExpiry(fromLatin1(field), 0, field.length, expiryMs)).toBe(old !== undefined)
    if (old !== undefined) old.expiryMs = expiryMs
  }

  delete(field: string): void {
    expect(this.hash.delete(fromLatin1(field), 0, field.length)).toBe(this.model.delete(field))
  }

  expire(nowMs: number, countMax: number): void {
    const due = [...this.model].filter(([, { expiryMs }]) => expiryMs >= 0 && expiryMs <= nowMs)
    expect(this.hash.expiredCount(nowMs)).toBe(due.length)
    const count = this.hash.expireElements(nowMs, countMax)
    expect(count).toBe(Math.min(due.length, countMax))
    for (const [field] of due) {
      if (this.hash.find(fromLatin1(field), 0, field.length) === 0) this.model.delete(field)
    }
  }

  check(hash = this.hash): void {
    const found = new Map<string, Model>()
    hash.forEach((address) => {
      hash.locate(address)
      const field = latin1(hash.fieldBuf, hash.fieldStart, hash.fieldLength)
      const value = latin1(hash.fieldBuf, hash.valueStart, hash.valueLength)
      found.set(field, { value, expiryMs: hash.expiryMs(address) })
    })
    expect(found).toEqual(this.model)
    const times = [...this.model.values()].map(({ expiryMs }) => expiryMs).filter((expiryMs) => expiryMs >= 0)
    expect(hash.volatileCount).toBe(times.length)
    expect(hash.nextExpiryMs).toBe(times.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...times))
  }
}

describe('A large hash', () => {
  it('keeps values and expiries through any sequence of changes, moves and expirations', () => {
    const random = seeded(3).next
    for (const fields of [5, 100, 2000]) {
      const pair = new Pair(new Arena())
      const empty = pair.arena.usedBytes
      let nowMs = 1_700_000_000_000
      for (let step = 0; step < 20_000; step++) {
        // Some names are longer than a byte can say.
        const number = random() % fields
        const field = `f${number}`.padEnd(number % 10 === 0 ? 200 : 1, 'x')
        const timeMs = nowMs + (random() % 5000)
        const kind = random() % 10
        if (kind < 3) pair.set(field, 'v'.repeat(random() % 60), timeMs)
        else if (kind === 3) pair.set(field, 'w'.repeat(random() % 60), NO_FIELD_EXPIRY)
        else if (kind === 4) pair.set(field, 'x'.repeat(random() % 60), KEEP_FIELD_EXPIRY)
        else if (kind === 5) pair.setExpiry(field, timeMs)
        else if (kind === 6) pair.setExpiry(field, NO_FIELD_EXPIRY)
        else if (kind === 7) pair.delete(field)
        else if (kind === 8) {
          nowMs += random() % 10
          pair.expire(nowMs, 3)
        } else if (step % 10 === 0) pair.hash.leaveSegment(0)
        if (step % 1000 === 0) pair.check()
      }
      pair.check()
      const copy = pair.hash.copy(pair.arena)
      pair.check(copy)
      copy.free()
      pair.expire(nowMs + 10_000, Number.POSITIVE_INFINITY)
      expect(pair.hash.volatileCount).toBe(0)
      pair.check()
      pair.hash.free()
      expect(pair.arena.usedBytes).toBeLessThanOrEqual(empty)
    }
  })

  it('keeps expiries of 48 bits, and takes later ones for the last', () => {
    const pair = new Pair(new Arena())
    for (const expiryMs of [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 1, 2 ** 48 - 1]) {
      pair.set('field', 'value', expiryMs)
      pair.check()
    }
    for (const expiryMs of [2 ** 48, 2 ** 53, 2 ** 63]) {
      pair.hash.setExpiry(fromLatin1('field'), 0, 5, expiryMs)
      expect(pair.hash.nextExpiryMs).toBe(2 ** 48 - 1)
    }
  })
})
