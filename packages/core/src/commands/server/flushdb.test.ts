import { expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

it('FLUSHDB removes the keys of one database, and gives their memory back', () => {
  const { client, engine } = startTestEngine()
  client.run('SELECT 3')
  client.run('SET a v')
  client.run('SELECT 0')
  const empty = engine.db(0).usedBytes
  for (let i = 0; i < 1000; i++) client.run(`SET key:${i} v PX 5000`)
  client.raw('SET', 'large', 'v'.repeat(50_000))
  const { dirty } = engine
  for (const how of ['', ' ASYNC', ' sync']) {
    expect([client.run(`FLUSHDB${how}`), client.run('DBSIZE'), engine.db(3).size]).toEqual(['OK', '(integer) 0', 1])
    expect([engine.dirty - dirty, engine.db(0).usedBytes, engine.db(0).wheel.size]).toEqual([1001, empty, 0])
  }
  expect([client.run('GET key:1'), client.run('SET a w'), client.run('GET a')]).toEqual(['(nil)', 'OK', 'w'])
  expect(client.run('FLUSHDB x')).toBe('(error) ERR syntax error')
  expect(client.run('FLUSHDB SYNC x')).toBe('(error) ERR syntax error')
})
