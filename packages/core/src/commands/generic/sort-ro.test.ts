import { expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

it('SORT_RO sorts as SORT does, but refuses STORE', () => {
  const { client, events } = startTestEngine()
  client.run('RPUSH l 3 1 2')
  client.run('MSET w_1 3 w_2 2 w_3 1')
  events()
  expect(client.run('SORT_RO l')).toBe('[1, 2, 3]')
  expect(client.run('SORT_RO l BY w_* LIMIT 0 2 GET # GET w_* DESC')).toBe('[1, 3, 2, 2]')
  expect(client.run('SORT_RO l STORE d')).toBe('(error) ERR syntax error')
  expect(events()).toEqual([])
  expect(client.run('EXISTS d')).toBe('(integer) 0')
  expect(client.run('COMMAND GETKEYS SORT_RO l BY w_* STORE d')).toBe('[l]')
})

it('SORT_RO refuses values of other types', () => {
  const { client } = startTestEngine()
  client.run('SET k v')
  expect(client.run('SORT_RO k')).toBe('(error) WRONGTYPE Operation against a key holding the wrong kind of value')
  expect(client.run('SORT_RO none ALPHA')).toBe('[]')
})
