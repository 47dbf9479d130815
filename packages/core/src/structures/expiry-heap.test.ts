import { describe, expect, it } from 'vitest'
import { seeded } from './_test-random.ts'
import { ExpiryHeap } from './expiry-heap.ts'

class Timers extends ExpiryHeap {
  readonly times = new Map<number, number>()
  readonly places = new Map<number, number>()

  timeOf(item: number): number {
    return this.times.get(item) as number
  }

  protected placed(item: number, place: number): void {
    if (place < 0) this.places.delete(item)
    else this.places.set(item, place)
  }

  place(item: number): number {
    return this.places.get(item) as number
  }
}

describe('An expiry heap', () => {
  it('has the first of all times on top through any sequence of changes, and tells each item its place', () => {
    const random = seeded(7).next
    const heap = new Timers()
    let nextItem = 1
    for (let step = 0; step < 20_000; step++) {
      const items = [...heap.times.keys()]
      const item = items[random() % Math.max(1, items.length)]
      // Grows for a while, then shrinks for a while.
      const kind = random() % (step % 4000 < 2000 ? 8 : 4)
      if (item === undefined || kind >= 4) {
        heap.times.set(nextItem, random() % 1000)
        heap.add(nextItem++)
      } else if (kind <= 1) {
        heap.remove(heap.place(item))
        heap.times.delete(item)
      } else if (kind === 2) {
        heap.times.set(item, random() % 1000)
        heap.retime(heap.place(item))
      } else {
        const place = heap.place(item)
        heap.times.set(nextItem, random() % 1000)
        heap.replace(place, nextItem++)
        heap.times.delete(item)
        heap.places.delete(item)
      }
      expect(heap.size).toBe(heap.times.size)
      if (step % 50 !== 0) continue
      const times = [...heap.times.values()]
      if (times.length > 0) expect(heap.timeOf(heap.first)).toBe(Math.min(...times))
      expect([...heap.places.values()].sort((a, b) => a - b)).toEqual(times.map((_, i) => i))
      for (const nowMs of [-1, 0, 300, 999]) {
        expect(heap.countDue(nowMs)).toBe(times.filter((time) => time <= nowMs).length)
      }
    }
  })

  it('gives its items back in the order of their times, and its memory with the last one', () => {
    const random = seeded(8).next
    const heap = new Timers()
    for (let item = 0; item < 1000; item++) {
      heap.times.set(item, random() % 100)
      heap.add(item)
    }
    const order: number[] = []
    while (heap.size > 0) {
      order.push(heap.timeOf(heap.first))
      heap.remove(0)
    }
    expect(order).toEqual([...heap.times.values()].sort((a, b) => a - b))
    expect(heap.bytes).toBe(0)
  })

  it('keeps an item that has a new number where it is', () => {
    const heap = new Timers()
    for (const [item, time] of [
      [1, 10],
      [2, 20],
      [3, 30],
    ] as const) {
      heap.times.set(item, time)
      heap.add(item)
    }
    heap.times.set(9, 10)
    heap.renumber(heap.place(1), 9)
    expect(heap.first).toBe(9)
    heap.remove(0)
    expect(heap.first).toBe(2)
  })
})
