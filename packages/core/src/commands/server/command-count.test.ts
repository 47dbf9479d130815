import { expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

it('COMMAND COUNT counts commands, not subcommands', () => {
  const { client, engine } = startTestEngine()
  expect(client.run('COMMAND COUNT')).toBe(`(integer) ${engine.commands.size}`)
  expect(client.run('COMMAND COUNT x')).toBe("(error) ERR wrong number of arguments for 'command|count' command")
})
