import { expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

it('COMMAND without a subcommand returns facts about every command', () => {
  const { client, engine } = startTestEngine()
  const reply = client.raw('COMMAND')
  expect(reply.startsWith(`*${engine.commands.size}\r\n*10\r\n`)).toBe(true)
  expect(reply).toBe(client.raw('COMMAND', 'INFO'))
  expect(reply).toContain('$3\r\nget\r\n:2\r\n')
})

it('COMMAND HELP tells what it does without a subcommand', () => {
  const { client } = startTestEngine()
  const lines = client.raw('COMMAND', 'HELP').split('\r\n')
  expect(lines[1]).toBe('+COMMAND <subcommand> [<arg> [value] [opt] ...]. Subcommands are:')
  expect(lines[2]).toBe('+(no subcommand)')
  expect(lines).toContain('+LIST [FILTERBY (MODULE <module-name>|ACLCAT <category>|PATTERN <pattern>)]')
  expect(lines).toContain('+GETKEYS <command> [<arg> [<arg> ...]]')
  expect(client.run('COMMAND FOO')).toBe("(error) ERR unknown subcommand 'FOO'. Try COMMAND HELP.")
})
