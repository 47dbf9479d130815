import { expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

it('ROLE is that of a master without replicas', () => {
  const { client } = startTestEngine()
  expect(client.raw('ROLE')).toBe('*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n')
  expect(client.run('ROLE x')).toBe("(error) ERR wrong number of arguments for 'role' command")
})
