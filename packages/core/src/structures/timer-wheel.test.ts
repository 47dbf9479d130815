import { describe, expect, it } from 'vitest'
import { seeded } from './_test-random.ts'
import { Arena, KIND_ENTRY, SEGMENT_SHIFT, SEGMENT_UNIT_MASK } from './arena.ts'
import { setTime, TIME_MAX_MS, TimerWheel, timeOf } from './timer-wheel.ts'

const NOW = 1_700_000_000_000

class Timers {
  readonly arena = new Arena()
  readonly wheel: TimerWheel
  /** What the wheel should hold: times by address. */
  readonly times = new Map<number, number>()

  constructor(nowMs = NOW) {
    this.wheel = new TimerWheel(this.arena, nowMs)
  }

  add(timeMs: number): number {
    const address = this.arena.alloc(24, KIND_ENTRY)
    this.set(address, timeMs)
    return address
  }

  set(address: number, timeMs: number): void {
    if (this.times.has(address)) this.wheel.remove(address)
    setTime(this.words(address), this.word(address), timeMs)
    this.times.set(address, timeMs)
    this.wheel.add(address)
  }

  remove(address: number): void {
    this.wheel.remove(address)
    this.times.delete(address)
    this.arena.free(address)
  }

  words(address: number): Int32Array {
    return this.arena.i32[address >>> SEGMENT_SHIFT]
  }

  word(address: number): number {
    return (address & SEGMENT_UNIT_MASK) << 1
  }

  /** @returns the times of what was due, in the order in which it was given */
  advance(nowMs: number, stepsMax = 1_000_000): number[] {
    const due: number[] = []
    this.wheel.advance(nowMs, stepsMax, (address) => {
      expect(this.times.get(address)).toBe(timeOf(this.words(address), this.word(address)))
      due.push(this.times.get(address) as number)
      this.remove(address)
    })
    return due
  }
}

describe('a timer wheel', () => {
  it('gives what is due, to the millisecond, at every distance', () => {
    for (let power = 0; power < 40; power++) {
      const timers = new Timers()
      const time = NOW + 2 ** power
      timers.add(time)
      expect(timers.advance(time - 1)).toEqual([])
      expect(timers.advance(time)).toEqual([time])
    }
  })

  it('gives at once what is over when it is added', () => {
    const timers = new Timers()
    timers.add(NOW)
    timers.add(NOW - 1)
    timers.add(0)
    expect(timers.advance(NOW).sort()).toEqual([0, NOW - 1, NOW])
  })

  it('holds times up to the year 10889', () => {
    const timers = new Timers()
    timers.add(TIME_MAX_MS)
    timers.add(TIME_MAX_MS - 1)
    expect(timers.advance(TIME_MAX_MS - 2)).toEqual([])
    expect(timers.advance(TIME_MAX_MS - 1)).toEqual([TIME_MAX_MS - 1])
    expect(timers.advance(TIME_MAX_MS)).toEqual([TIME_MAX_MS])
    expect(timers.wheel.nextMs()).toBe(Number.POSITIVE_INFINITY)
  })

  it('leaves the bytes behind the time alone', () => {
    const timers = new Timers()
    const address = timers.add(NOW + 5)
    timers.words(address)[timers.word(address) + 4] |= 0x7bcd0000
    timers.set(address, TIME_MAX_MS)
    expect(timeOf(timers.words(address), timers.word(address))).toBe(TIME_MAX_MS)
    expect(timers.words(address)[timers.word(address) + 4] >>> 16).toBe(0x7bcd)
  })

  it('agrees with a sorted list, whatever is added, removed and set anew between jumps of any size', () => {
    for (let seed = 1; seed <= 20; seed++) compareWithModel(seed, 600)
  })

  it('does a few steps at a time, and goes on from there', () => {
    const timers = new Timers()
    for (let i = 0; i < 500; i++) timers.add(NOW + 1 + i * 700)
    let calls = 0
    while (timers.wheel.advance(NOW + 400_000, 7, (address) => timers.remove(address)) >= 7) calls++
    expect(calls).toBeGreaterThan(70)
    expect(timers.wheel.size).toBe(0)
    expect(timers.times.size).toBe(0)
  })

  it('lets the one to whom a block is given add and remove others', () => {
    const timers = new Timers()
    const first = timers.add(NOW + 10)
    const second = timers.add(NOW + 10)
    const seen: number[] = []
    timers.wheel.advance(NOW + 20, 100, (address) => {
      seen.push(address)
      for (const other of [first, second]) if (timers.times.has(other)) timers.remove(other)
      timers.add(NOW + 30)
    })
    expect(seen).toHaveLength(1)
    expect(timers.wheel.size).toBe(1)
    expect(timers.advance(NOW + 30)).toEqual([NOW + 30])
  })

  it('refuses to go on for ever when a due block is not taken out', () => {
    const timers = new Timers()
    timers.add(NOW + 1)
    expect(() => timers.wheel.advance(NOW + 1, 100, () => {})).toThrow('was not removed')
  })

  it('follows blocks that move', () => {
    const timers = new Timers()
    const random = seeded(7)
    const addresses = Array.from({ length: 200 }, () => timers.add(NOW + 1 + random.below(100)))
    for (let i = 0; i < addresses.length; i += 3) {
      const from = addresses[i]
      const to = timers.arena.alloc(24, KIND_ENTRY)
      timers.words(to).set(timers.words(from).subarray(timers.word(from), timers.word(from) + 6), timers.word(to))
      timers.wheel.moved(to)
      timers.times.set(to, timers.times.get(from) as number)
      timers.times.delete(from)
      timers.words(from).fill(-1, timers.word(from), timers.word(from) + 6)
    }
    const expected = [...timers.times.values()].sort((a, b) => a - b)
    expect(timers.advance(NOW + 1000)).toEqual(expected)
  })

  it('gives nothing early when the clock is set back, and everything in time afterwards', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const timers = new Timers()
      const random = seeded(seed)
      for (let i = 0; i < 100; i++) timers.add(NOW + 1 + random.below(2 ** (1 + random.below(40))))
      let now = NOW + random.below(2 ** 30)
      timers.advance(now)
      now -= random.below(2 ** (1 + random.below(35)))
      for (let i = 0; i < 50; i++) timers.add(now + 1 + random.below(2 ** (1 + random.below(20))))
      timers.add(now - 5)
      for (let i = 0; i < 60; i++) {
        const due = [...timers.times.values()].filter((time) => time <= now).sort((a, b) => a - b)
        expect(timers.advance(now).sort((a, b) => a - b)).toEqual(due)
        now += random.below(2 ** (1 + random.below(40)))
      }
    }
  })

  it('names a block that becomes due early, and a time before which none does', () => {
    const timers = new Timers()
    expect(timers.wheel.first()).toBe(0)
    const near = timers.add(NOW + 50)
    timers.add(NOW + 5_000_000)
    expect(timers.wheel.first()).toBe(near)
    expect(timers.wheel.nextMs()).toBeGreaterThan(NOW)
    expect(timers.wheel.nextMs()).toBeLessThanOrEqual(NOW + 50)
  })
})

function compareWithModel(seed: number, steps: number): void {
  const random = seeded(seed)
  const timers = new Timers()
  let now = NOW
  const distance = () => random.below(2 ** (1 + random.below(46)))
  for (let step = 0; step < steps; step++) {
    const addresses = [...timers.times.keys()]
    const any = addresses[random.below(Math.max(1, addresses.length))]
    const action = random.below(10)
    if (action < 5 || addresses.length === 0) timers.add(Math.min(TIME_MAX_MS, now - 100 + distance()))
    else if (action === 5) timers.remove(any)
    else if (action === 6) timers.set(any, Math.min(TIME_MAX_MS, now + distance()))
    else {
      now = Math.min(TIME_MAX_MS, now + random.below(2 ** random.below(step > steps / 2 ? 44 : 24)))
      const due = [...timers.times.values()].filter((time) => time <= now).sort((a, b) => a - b)
      expect(timers.advance(now).sort((a, b) => a - b)).toEqual(due)
      let earliest = Number.POSITIVE_INFINITY
      for (const time of timers.times.values()) earliest = Math.min(earliest, time)
      expect(timers.wheel.nextMs()).toBeLessThanOrEqual(earliest)
    }
    expect(timers.wheel.size).toBe(timers.times.size)
  }
}
