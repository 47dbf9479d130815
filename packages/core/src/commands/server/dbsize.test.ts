import { expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

it('DBSIZE counts the keys of its database, and those whose time is over until they are deleted', () => {
  const { client, clock } = startTestEngine()
  expect(client.run('DBSIZE')).toBe('(integer) 0')
  client.run('SET a v')
  client.run('SET b v PX 10')
  clock.now += 20
  expect(client.run('DBSIZE')).toBe('(integer) 2')
  clock.advance(100)
  expect(client.run('DBSIZE')).toBe('(integer) 1')
  client.run('SELECT 1')
  expect(client.run('DBSIZE')).toBe('(integer) 0')
  expect(client.run('DBSIZE x')).toBe("(error) ERR wrong number of arguments for 'dbsize' command")
})
