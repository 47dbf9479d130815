import { expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

it('MEMORY MALLOC-STATS has a line for each database in use', () => {
  const { client } = startTestEngine()
  client.run('SET k v')
  const lines = client.run('MEMORY MALLOC-STATS').split('\n')
  expect(lines[0]?.trim().split(/ {2,}/)).toEqual('db,keys,used,in pages,reserved,tables,objects,draining'.split(','))
  expect(lines[1]).toMatch(/^ +0 +1 +\d+ +\d+ +1048576 /)
})
