/** Error rates and sizes at a million items, held to their bounds. `KVASIR_ACCURACY=1` prints the figures. */

import { expect, it } from 'vitest'
import { randomNumbers } from './_test-engine.ts'
import { BloomFilter } from './bloom-filter.ts'
import { CountMinSketch } from './count-min-sketch.ts'
import { CuckooFilter } from './cuckoo-filter.ts'
import { TDigest } from './t-digest.ts'
import { valueAt, weightBelow } from './t-digest-queries.ts'
import { TopK } from './top-k.ts'

const ITEMS = 1_000_000

function print(line: string): void {
  if (process.env.KVASIR_ACCURACY === '1') console.log(line)
}

const item = new Uint8Array(12)

/** Fills `item` with the letter and the number in decimal. */
function name(letter: string, number: number): Uint8Array {
  item[0] = letter.charCodeAt(0)
  for (let i = 11, rest = number; i > 0; i--, rest = Math.floor(rest / 10)) item[i] = 48 + (rest % 10)
  return item
}

it.each([0.1, 0.01, 0.001, 0.0001])('A Bloom filter for an error rate of %d keeps to it at its capacity', (rate) => {
  for (const isScaling of [true, false]) {
    const filter = BloomFilter.create(ITEMS, rate, isScaling, 2) as BloomFilter
    for (let i = 0; i < ITEMS; i++) filter.add(name('a', i), 0, 12)
    let wrong = 0
    for (let i = 0; i < ITEMS; i++) if (filter.has(name('b', i), 0, 12)) wrong++
    const bitsPerItem = (filter.memoryBytes * 8) / ITEMS
    // A filter that scales sets half of its errors aside for the sub-filters to come.
    const theory = -Math.log(isScaling ? rate / 2 : rate) / Math.LN2 ** 2
    const kind = isScaling ? 'scaling' : 'fixed'
    print(`BF ${rate} ${kind}: ${wrong / ITEMS} wrong, ${bitsPerItem.toFixed(3)} bits, theory ${theory.toFixed(3)}`)
    // Three standard deviations of chance.
    expect(wrong / ITEMS).toBeLessThan(rate + 3 * Math.sqrt(rate / ITEMS))
    // A whole number of hash functions takes more than the formula where there are few of them.
    expect(bitsPerItem / theory).toBeLessThan(rate < 0.1 ? 1.003 : 1.015)
    let missing = 0
    for (let i = 0; i < ITEMS; i++) if (!filter.has(name('a', i), 0, 12)) missing++
    expect(missing).toBe(0)
  }
})

it('A Bloom filter that has grown keeps to its error rate, too', () => {
  const filter = BloomFilter.create(1000, 0.01, true, 2) as BloomFilter
  for (let i = 0; i < ITEMS; i++) filter.add(name('a', i), 0, 12)
  let wrong = 0
  for (let i = 0; i < ITEMS; i++) if (filter.has(name('b', i), 0, 12)) wrong++
  print(`BF 0.01 grown from 1000 to ${filter.subFilters.length} sub-filters: ${wrong / ITEMS} wrong`)
  expect(wrong / ITEMS).toBeLessThan(0.01)
})

it.each([1, 2, 4])('A cuckoo filter with buckets of %d keeps to its error rate', (bucketSize) => {
  const buckets = 2 ** 20 / bucketSize
  const options = { bucketSize, maxIterations: 500, expansion: 1 }
  const filter = CuckooFilter.create(buckets * bucketSize, options) as CuckooFilter
  const items = Math.floor(0.95 * buckets * bucketSize)
  let added = 0
  while (added < items && filter.subFilters.length === 1) filter.add(name('a', added++), 0, 12, 32)
  let missing = 0
  for (let i = 0; i < added; i++) if (!filter.has(name('a', i), 0, 12)) missing++
  expect(missing).toBe(0)
  let wrong = 0
  for (let i = 0; i < ITEMS; i++) if (filter.has(name('b', i), 0, 12)) wrong++
  const fill = added / (buckets * bucketSize)
  const bound = (2 * bucketSize * filter.subFilters.length) / 255
  print(`CF bucket ${bucketSize}: ${wrong / ITEMS} wrong at ${fill.toFixed(3)} full, bound ${bound.toFixed(4)}`)
  expect(wrong / ITEMS).toBeLessThan(bound)
  // 0.84 with two places a bucket, 0.95 with four (Fan et al.). With one, three items that are alike leave no room.
  expect(fill).toBeGreaterThan([0.2, 0.84, 0.94][Math.log2(bucketSize)] as number)
})

it('A count-min sketch is too high by more than its bound for fewer items than it says', () => {
  const [error, probability] = [0.001, 0.01]
  const depth = Math.ceil(Math.log2(1 / probability))
  const sketch = CountMinSketch.create(Math.ceil(2 / error), depth) as CountMinSketch
  const next = randomNumbers(17)
  const counts = new Uint32Array(100_000)
  for (let i = 0; i < ITEMS; i++) {
    const number = Math.floor(next(100_000) ** 2 / 100_000)
    counts[number] = (counts[number] as number) + 1
    sketch.increase(name('a', number), 1)
  }
  let tooHigh = 0
  let worst = 0
  let least = 0
  for (let i = 0; i < counts.length; i++) {
    const difference = sketch.query(name('a', i)) - (counts[i] as number)
    least = Math.min(least, difference)
    worst = Math.max(worst, difference)
    if (difference > error * ITEMS) tooHigh++
  }
  print(`CMS ${error} ${probability}: ${tooHigh / counts.length} of items beyond the bound, worst ${worst / ITEMS}`)
  expect(tooHigh / counts.length).toBeLessThan(probability)
  expect(least).toBe(0)
})

it('A top-k list finds the most frequent items of a skewed stream, with counts close to theirs', () => {
  const topK = TopK.create(100, 2000, 7, 0.925) as TopK
  const next = randomNumbers(19)
  const counts = new Map<number, number>()
  for (let i = 0; i < ITEMS; i++) {
    // Zipf with exponent 1: the number of rank r comes in proportion to 1 / r.
    const number = Math.floor(100_000 ** (next(2 ** 31) / 2 ** 31))
    counts.set(number, (counts.get(number) ?? 0) + 1)
    topK.increase(name('a', number), 1)
  }
  const expected = new Set(
    [...counts]
      .sort((a, b) => b[1] - a[1])
      .slice(0, 100)
      .map(([number]) => number),
  )
  let found = 0
  let worst = 0
  for (const place of topK.list()) {
    const number = Number(Buffer.from(topK.itemAt(place).subarray(1)).toString())
    const count = counts.get(number) ?? 0
    expect(topK.counts[place]).toBeLessThanOrEqual(count)
    if (!expected.has(number)) continue
    found++
    worst = Math.max(worst, 1 - (topK.counts[place] as number) / count)
  }
  print(`TOPK: ${found} of the 100 most frequent, counts at most ${(100 * worst).toFixed(2)} % too low`)
  expect(found).toBeGreaterThanOrEqual(97)
  expect(worst).toBeLessThan(0.05)
})

const DISTRIBUTIONS: readonly [string, (u: number, v: number) => number][] = [
  ['uniform', (u) => u],
  ['normal', (u, v) => Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v)],
  ['exponential', (u) => -Math.log(1 - u)],
  ['skewed', (u) => 1 / (1 - u) ** 2],
  ['few values', (u) => Math.floor(u * 10)],
]

it.each(DISTRIBUTIONS)('A t-digest estimates the ranks of a million %s numbers within its bounds', (title, draw) => {
  const next = randomNumbers(23)
  const values = new Float64Array(ITEMS)
  for (let i = 0; i < ITEMS; i++) values[i] = draw(next(2 ** 31) / 2 ** 31, next(2 ** 31) / 2 ** 31)
  const sorted = values.slice().sort()
  for (const compression of [100, 1000]) {
    const digest = TDigest.create(compression) as TDigest
    for (const value of values) digest.add(value)
    const merged = digest.merged()
    expect(merged.mergedCount).toBeLessThanOrEqual(2 * compression + 4)
    const worst: string[] = []
    for (const q of [0.0001, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999]) {
      // How far q is from the ranks of the value that is given for it; equal values have a range of ranks.
      const value = valueAt(merged, q * ITEMS)
      const [below, upTo] = [rankOf(sorted, value, false), rankOf(sorted, value, true)]
      const error = Math.max(0, below / ITEMS - q, q - upTo / ITEMS)
      const known = sorted[Math.floor(q * ITEMS)] as number
      const middle = (rankOf(sorted, known, false) + rankOf(sorted, known, true)) / 2
      const cdfError = Math.abs(weightBelow(merged, known) - middle) / ITEMS
      // Half the width of a centroid there.
      const width = Math.PI / compression
      const bound = width * Math.sqrt(q * (1 - q)) + 1 / ITEMS
      worst.push(`${q}: ${error.toExponential(1)} ${cdfError.toExponential(1)} of ${bound.toExponential(1)}`)
      expect(error).toBeLessThan(bound)
      if (title !== 'few values') expect(cdfError).toBeLessThan(bound)
    }
    print(`TDIGEST ${title} ${compression}, ${merged.mergedCount} centroids; ${worst.join('; ')}`)
  }
})

it('A t-digest of any compression has room for what comes', () => {
  const next = randomNumbers(29)
  for (let compression = 1; compression <= 64; compression++) {
    const digest = TDigest.create(compression) as TDigest
    // One weight of each size up to 2^40, and a long row of ones.
    for (let i = 0; i < 20_000; i++) {
      digest.add(i % 2 === 0 ? i : next(1000), i < 400 ? 2 ** (i % 40) : 1)
      if (digest.count > digest.capacity) throw new Error('no room')
    }
    digest.compress()
    expect(digest.mergedCount).toBeLessThanOrEqual(digest.capacity / 2)
    let weight = 0
    for (let i = 0; i < digest.mergedCount; i++) weight += digest.weights[i] as number
    expect(weight).toBe(digest.observations)
  }
})

/** Numbers below a value, or up to it. */
function rankOf(sorted: Float64Array, value: number, isIncluded: boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    const at = sorted[middle] as number
    if (at < value || (isIncluded && at === value)) low = middle + 1
    else high = middle
  }
  return low
}
