import { expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

it('TIME answers with seconds and the microseconds of the second, without a leading zero', () => {
  const { client, clock } = startTestEngine()
  clock.now += 42
  expect(client.raw('TIME')).toBe('*2\r\n$10\r\n1700000000\r\n$5\r\n42000\r\n')
  expect(client.run('TIME x')).toBe("(error) ERR wrong number of arguments for 'time' command")
})

it('TIME takes the digits below a millisecond from the monotonic clock, but never contradicts the wall clock', () => {
  const { client, clock } = startTestEngine()
  let us = 0
  clock.monotonicUs = () => us
  client.run('TIME')
  us = 300
  expect(client.run('TIME')).toBe('[1700000000, 300]')
  us = 1700
  expect(client.run('TIME')).toBe('[1700000000, 999]')
  clock.now += 1
  us = 1800
  expect(client.run('TIME')).toBe('[1700000000, 1099]')
  clock.now += 5
  expect(client.run('TIME')).toBe('[1700000000, 6000]')
  clock.now -= 5000
  expect(client.run('TIME')).toBe('[1699999995, 6999]')
})
