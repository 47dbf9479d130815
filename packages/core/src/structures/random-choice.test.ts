import { describe, expect, it } from 'vitest'
import { seeded } from './_test-random.ts'
import { chooseDistinct } from './random-choice.ts'

/** Five standard deviations and some: a fair choice is beyond once in a million runs. */
const TOLERANCE = 0.12

describe('chooseDistinct', () => {
  it.each([2, 3, 8])('makes every choice of %i out of 9 as likely as any other', (count) => {
    const random = seeded(count).next
    const counts = new Map<string, number>()
    const rounds = 200_000
    for (let i = 0; i < rounds; i++) {
      const all = (): Int32Array => new Int32Array(9).map((_, index) => index)
      const chosen = [...chooseDistinct(random, 9, count, () => random() % 9, all)].sort()
      expect(new Set(chosen).size).toBe(count)
      const key = chosen.join()
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    const choices = count === 3 ? 84 : count === 2 ? 36 : 9
    expect(counts.size).toBe(choices)
    for (const found of counts.values()) expect(Math.abs(found / (rounds / choices) - 1)).toBeLessThan(TOLERANCE)
  })
})
