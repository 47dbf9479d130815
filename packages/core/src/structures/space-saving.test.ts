import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from './_test-random.ts'
import { fromLatin1, latin1 } from './bytes.ts'
import { COUNTERS, NAME_BYTES_MAX, SpaceSaving } from './space-saving.ts'

/** A sketch, and beside it what each key truly weighs. */
class Weighed {
  readonly sketch = new SpaceSaving(1, 2)
  readonly truth = new Map<string, number>()
  total = 0

  add(key: string, weight: number): void {
    const bytes = fromLatin1(`in front${key}behind`)
    this.sketch.add(bytes, 'in front'.length, key.length, weight)
    this.truth.set(key, (this.truth.get(key) ?? 0) + weight)
    this.total += weight
  }

  heaviest(countMax: number): [key: string, weight: number][] {
    return this.sketch.heaviest(countMax).map(({ name, weight }) => [latin1(name), weight])
  }

  /** The true ones with the most weight. */
  trueHeaviest(countMax: number): string[] {
    const all = [...this.truth].sort((a, b) => b[1] - a[1])
    return all.slice(0, countMax).map(([key]) => key)
  }

  /** What holds of any stream. */
  check(): void {
    const found = new Map(this.heaviest(COUNTERS))
    expect(found.size).toBe(Math.min(COUNTERS, this.truth.size))
    const bound = this.total / COUNTERS
    for (const [key, weight] of found) {
      const truth = this.truth.get(key) as number
      expect(weight).toBeLessThanOrEqual(truth + 1e-6)
      expect(weight).toBeGreaterThanOrEqual(truth - bound - 1e-6)
    }
    for (const [key, truth] of this.truth) if (truth > bound + 1e-6) expect([key, found.has(key)]).toEqual([key, true])
  }
}

describe('SpaceSaving', () => {
  it('has every weight as it is while there are counters for all keys', () => {
    const weighed = new Weighed()
    for (let i = 0; i < COUNTERS; i++) weighed.add(`key:${i}`, i)
    for (let i = 0; i < COUNTERS; i += 2) weighed.add(`key:${i}`, 0.5)
    expect(new Map(weighed.heaviest(COUNTERS))).toEqual(weighed.truth)
    expect(weighed.heaviest(3)).toEqual([
      ['key:1023', 1023],
      ['key:1022', 1022.5],
      ['key:1021', 1021],
    ])
  })

  it.each([0.8, 1, 1.3])(
    'finds the heaviest of 100000 keys in a Zipf stream with exponent %d, in order',
    (exponent) => {
      const keys = 100_000
      const ends: number[] = []
      let sum = 0
      for (let rank = 1; rank <= keys; rank++) {
        sum += rank ** -exponent
        ends.push(sum)
      }
      const random = seeded(7)
      const weighed = new Weighed()
      for (let i = 0; i < 300_000; i++) {
        const at = (random.next() / 2 ** 32) * sum
        let low = 0
        for (let high = keys - 1; low < high; ) {
          const middle = (low + high) >> 1
          if (ends[middle] < at) low = middle + 1
          else high = middle
        }
        weighed.add(`key:${low}`, 1 + random.below(3))
      }
      weighed.check()
      expect(weighed.heaviest(10).map(([key]) => key)).toEqual(weighed.trueHeaviest(10))
    },
  )

  it('finds keys that become hot only after many others', () => {
    const weighed = new Weighed()
    for (let i = 0; i < 50_000; i++) weighed.add(`cold:${i}`, 1)
    for (let i = 0; i < 500; i++) weighed.add('late', 1)
    weighed.check()
    expect(weighed.heaviest(1)).toEqual([['late', 500]])
  })

  it('keeps to its bound in any stream, with weights of any size', () => {
    const key = fc.oneof(fc.nat(5), fc.nat(3000), fc.nat(1e6))
    const weight = fc.oneof(fc.constant(0), fc.nat(3), fc.nat(1e9))
    fc.assert(
      fc.property(fc.array(fc.tuple(key, weight), { minLength: 1500, maxLength: 6000, size: 'max' }), (stream) => {
        const weighed = new Weighed()
        // The same key now and then, so that counters are taken over between.
        for (const [name, amount] of [...stream, ...stream.slice(0, 500)]) weighed.add(`k${name}`, amount)
        weighed.check()
      }),
      { numRuns: 20, seed: 3 },
    )
  })

  it('gives no counter away to what weighs nothing', () => {
    const weighed = new Weighed()
    for (let i = 0; i < COUNTERS; i++) weighed.add(`key:${i}`, 1)
    weighed.add('nothing', 0)
    expect(weighed.heaviest(COUNTERS).map(([name]) => name)).not.toContain('nothing')
  })

  it('tells long keys apart that begin alike, and shows how they begin', () => {
    const weighed = new Weighed()
    const start = 'x'.repeat(NAME_BYTES_MAX)
    weighed.add(`${start}a`, 3)
    weighed.add(`${start}b`, 2)
    weighed.add(`${start}a`, 3)
    weighed.add(start, 1)
    expect(weighed.heaviest(9)).toEqual([
      [start, 6],
      [start, 2],
      [start, 1],
    ])
  })

  it('takes keys of any bytes, and the empty one', () => {
    const weighed = new Weighed()
    weighed.add('', 1)
    weighed.add('\0\xff\r\n', 2)
    weighed.add('\0', 3)
    expect(weighed.heaviest(9)).toEqual([
      ['\0', 3],
      ['\0\xff\r\n', 2],
      ['', 1],
    ])
  })

  it('takes no more memory after a million keys than after some thousands', () => {
    const sketch = new SpaceSaving(1, 2)
    const key = new Uint8Array(64)
    const view = new DataView(key.buffer)
    const add = (from: number, to: number): void => {
      for (let i = from; i < to; i++) {
        view.setUint32(0, i)
        sketch.add(key, 0, key.length, 1)
      }
    }
    add(0, 200_000)
    let least = Number.POSITIVE_INFINITY
    // A collection, or code that is not compiled for good yet, may fall into a round: until one is clean.
    for (let round = 0; round < 20 && least >= 100_000; round++) {
      const { heapUsed, arrayBuffers } = process.memoryUsage()
      add(200_000, 1_200_000)
      const after = process.memoryUsage()
      const grown = after.heapUsed + after.arrayBuffers - heapUsed - arrayBuffers
      if (grown >= 0) least = Math.min(least, grown)
    }
    expect(least).toBeLessThan(100_000)
    expect(sketch.heaviest(1e9)).toHaveLength(COUNTERS)
  })
})
