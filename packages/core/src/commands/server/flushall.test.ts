import type { EngineEvent } from '@kvasir/module-api'
import { describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

/** Two keys in database 0, one of them with a time to live, and a large one in database 3. */
function populated(): TestEngine & { readonly flushed: EngineEvent[] } {
  const server = startTestEngine()
  const flushed: EngineEvent[] = []
  server.engine.events.onEngineEvent((event) => flushed.push(event))
  server.client.run('SET a v')
  server.client.run('SET b v PX 5000')
  server.client.run('SELECT 3')
  server.client.raw('SET', 'c', 'v'.repeat(50_000))
  server.client.run('SELECT 0')
  return { ...server, flushed }
}

describe.each(['', ' ASYNC', ' sync'])('FLUSHALL%s', (how) => {
  it('FLUSHALL removes the keys of all databases, and gives their memory back', () => {
    const { client, engine, flushed } = populated()
    const { dirty } = engine
    expect([client.run(`FLUSHALL${how}`), engine.db(0).size, engine.db(3).size]).toEqual(['OK', 0, 0])
    expect([flushed, engine.dirty - dirty]).toEqual([[{ event: 'flushed', db: -1 }], 3])
    expect(engine.db(3).objectBytes).toBe(0)
    expect([client.run(`FLUSHALL${how}`), engine.dirty - dirty]).toEqual(['OK', 3])
  })
})

it('FLUSHALL takes nothing but ASYNC or SYNC', () => {
  const { client } = populated()
  for (const line of ['FLUSHALL x', 'FLUSHALL ASYNC SYNC']) {
    expect(client.run(line)).toBe('(error) ERR syntax error')
  }
  expect(client.run('DBSIZE')).toBe('(integer) 2')
})
