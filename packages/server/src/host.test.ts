import { afterEach, expect, it, vi } from 'vitest'
import { systemClock } from './host.ts'
import { createServer } from './server.ts'

afterEach(() => void vi.useRealTimers())

it('waits for intervals longer than the 24.8 days of a timer of Node.js, and ends them', () => {
  vi.useFakeTimers()
  const dayMs = 24 * 3600 * 1000
  let runs = 0
  const stop = systemClock.every(60 * dayMs, () => runs++)
  vi.advanceTimersByTime(60 * dayMs - 1)
  expect(runs).toBe(0)
  vi.advanceTimersByTime(1)
  expect(runs).toBe(1)
  vi.advanceTimersByTime(120 * dayMs)
  expect(runs).toBe(3)
  stop()
  expect(vi.getTimerCount()).toBe(0)
})

it('ends a long interval from within its own task', () => {
  vi.useFakeTimers()
  const stop = systemClock.every(2 ** 32, () => stop())
  vi.advanceTimersByTime(2 ** 32)
  expect(vi.getTimerCount()).toBe(0)
})

it('deletes keys whose time is over without waiting for requests or timers between the slices', async () => {
  await using server = await createServer({ port: null })
  const count = 50_000
  for (let i = 0; i < count; i++) server.call('SET', `key:${i}`, 'x', 'PX', 1)
  await new Promise((done) => setTimeout(done, 1000))
  expect(server.engine.stats.expiredKeys).toBe(count)
})
