import { expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

it('MEMORY wants a subcommand that exists', () => {
  const { client } = startTestEngine()
  expect(client.run('MEMORY')).toBe("(error) ERR wrong number of arguments for 'memory' command")
  expect(client.run('MEMORY FOO')).toBe("(error) ERR unknown subcommand 'FOO'. Try MEMORY HELP.")
  expect(client.run('MEMORY HELP')).toContain('USAGE <key> [SAMPLES <count>]')
})
