import { expect, it } from 'vitest'
import { seededRandom } from '../commands/_test-client.ts'
import { RecentItems } from './recent-items.ts'

it('keeps the newest items, as a plain array would, whatever limits come and which are taken out', () => {
  const { next } = seededRandom(7)
  const items = new RecentItems<number>()
  let model: number[] = []
  for (let i = 0; i < 20_000; i++) {
    items.add(i)
    model.unshift(i)
    const countMax = next() % 50 === 0 ? next() % 100 : 200
    items.limit(countMax)
    model = model.slice(0, countMax)
    if (model.length > 3 && next() % 5 === 0) {
      const age = next() % 3
      expect(items.take(age)).toBe(model.splice(age, 1)[0])
    }
    if (next() % 1000 === 0) {
      items.clear()
      model = []
    }
    expect(items.count).toBe(model.length)
    const wanted = next() % 250
    expect(items.newest(wanted)).toEqual(model.slice(0, wanted))
  }
  expect(items.newest(Number.MAX_SAFE_INTEGER)).toEqual(model)
  expect(items.newest(-1)).toEqual([])
})

it('adds to a full list of 100,000 in constant time', () => {
  const items = new RecentItems<object>()
  const COUNT = 100_000
  const add = (count: number): number => {
    const startMs = performance.now()
    for (let i = 0; i < count; i++) {
      items.add({})
      items.limit(COUNT)
    }
    return performance.now() - startMs
  }
  const fillingMs = add(COUNT)
  // Linear time would take some ten thousand times as long.
  expect(add(COUNT)).toBeLessThan(50 * fillingMs + 50)
  expect(items.count).toBe(COUNT)
})
