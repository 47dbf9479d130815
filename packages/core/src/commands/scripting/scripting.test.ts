import { expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

it('FUNCTION FLUSH is accepted with SYNC or ASYNC, and nothing else', () => {
  const { client } = startTestEngine()
  expect(client.run('FUNCTION FLUSH')).toBe('OK')
  expect(client.run('FUNCTION FLUSH async')).toBe('OK')
  const error = '(error) ERR FUNCTION FLUSH only supports SYNC|ASYNC option'
  expect(client.run('FUNCTION FLUSH now')).toBe(error)
  expect(client.run('FUNCTION FLUSH sync async')).toBe(error)
})

it('FUNCTION answers its own HELP, and refuses what it does not know', () => {
  const { client } = startTestEngine()
  expect(client.run('FUNCTION HELP')).toContain('FLUSH')
  expect(client.run('FUNCTION NOSUCH')).toBe("(error) ERR unknown subcommand 'NOSUCH'. Try FUNCTION HELP.")
})
