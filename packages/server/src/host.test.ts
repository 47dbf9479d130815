import { expect, it } from 'vitest'
import { createServer } from './server.ts'

it('deletes keys whose time is over without waiting for requests or timers between the slices', async () => {
  await using server = await createServer({ port: null })
  const count = 50_000
  for (let i = 0; i < count; i++) server.call('SET', `key:${i}`, 'x', 'PX', 1)
  await new Promise((done) => setTimeout(done, 1000))
  expect(server.engine.stats.expiredKeys).toBe(count)
})
