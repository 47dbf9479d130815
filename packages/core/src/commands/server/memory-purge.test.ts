import { expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

it('MEMORY PURGE gives back segments that hold nothing', () => {
  const { client, engine } = startTestEngine()
  const value = 'x'.repeat(16_000)
  for (let i = 0; i < 5000; i++) client.raw('SET', `k${i}`, value)
  const full = engine.db(0).arena.reservedBytes
  const db = engine.db(0)
  for (let i = 0; i < 5000; i++) {
    const key = new TextEncoder().encode(`k${i}`)
    db.remove(db.find(key, 0, key.length))
  }
  expect(client.run('MEMORY PURGE')).toBe('OK')
  expect(db.arena.reservedBytes).toBeLessThan(full / 2)
  client.raw('SET', 'k', value)
  expect(client.run('GET k')).toBe(value)
})
