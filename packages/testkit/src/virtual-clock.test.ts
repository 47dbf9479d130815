import { expect, it } from 'vitest'
import { VirtualClock } from './virtual-clock.ts'

it('stands still for what reads the time, and lets a budget of microseconds come to its end', () => {
  const clock = new VirtualClock()
  const startMs = clock.nowMs()
  const endUs = clock.monotonicUs() + 250
  let looks = 0
  while (clock.monotonicUs() < endUs && looks < 1000) looks++
  expect(looks).toBeLessThan(1000)
  expect(clock.nowMs()).toBe(startMs)
})

it('turns both of its times on together', () => {
  const clock = new VirtualClock()
  const startMs = clock.nowMs()
  const startUs = clock.monotonicUs()
  clock.advance(1500)
  expect(clock.nowMs()).toBe(startMs + 1500)
  expect(clock.monotonicUs() - startUs).toBe(1_500_001)
})
