import { expect, it } from 'vitest'
import { lookUpNow } from './name-lookup.ts'

it('answers at once with an address of the name', () => {
  expect(['127.0.0.1', '::1']).toContain(lookUpNow('localhost'))
})

it('answers undefined at once for what can be no name', () => {
  const startMs = performance.now()
  for (const name of ['a\0b', 'a b\r\n', '']) expect(lookUpNow(name)).toBeUndefined()
  expect(performance.now() - startMs).toBeLessThan(4000)
})

it('answers undefined for a name that leads nowhere', () => {
  expect(lookUpNow('no-such-host.invalid')).toBeUndefined()
})
