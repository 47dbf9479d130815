import { expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

it('LOLWUT draws, and ends with the versions', () => {
  const { client } = startTestEngine()
  expect(client.run('LOLWUT')).toMatch(/Kvasir ver\. .*Valkey ver\. 9\.\d+\.\d+\n$/)
  expect(client.run('LOLWUT VERSION 5 1 2')).toContain('Valkey ver.')
  client.run('CONFIG SET extended-redis-compatibility yes')
  expect(client.run('LOLWUT')).toContain('Redis ver. 7.2.4')
  expect(client.run('LOLWUT VERSION x')).toBe('(error) ERR value is not an integer or out of range')
})
