import { expect, test } from 'vitest'
import { fixtures } from './fixtures.ts'

const it = test.extend(fixtures({ 'maxmemory-policy': 'allkeys-lru', seed: 5 }))

it('a test gets what it names: an engine and a client of it', async ({ engine, client }) => {
  expect(await client.value('SET', 'a', '1', 'PX', '10')).toBe('OK')
  engine.clock.advance(10)
  expect(engine.call('EXISTS', 'a')).toBe(0)
})

it('each test has its own, with the options', async ({ engine }) => {
  expect(engine.call('DBSIZE')).toBe(0)
  expect(engine.call('CONFIG', 'GET', 'maxmemory-policy')).toEqual(new Map([['maxmemory-policy', 'allkeys-lru']]))
})

it('a server is there for clients over TCP', async ({ server }) => {
  using client = server.dial()
  expect(server.port).toBeGreaterThan(0)
  expect(await client.value('CONFIG', 'GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'allkeys-lru'])
})
