import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

let server: TestEngine
beforeEach(() => {
  server = startTestEngine()
})

const run = (line: string): string => server.client.run(line)

describe('CONFIG', () => {
  it('needs a subcommand that exists', () => {
    expect(run('CONFIG')).toBe("(error) ERR wrong number of arguments for 'config' command")
    expect(run('CONFIG FOO')).toBe("(error) ERR unknown subcommand 'FOO'. Try CONFIG HELP.")
  })
})

describe('CONFIG HELP', () => {
  it('lists the subcommands', () => {
    const reply = server.client.raw('CONFIG', 'HELP')
    expect(reply).toContain('+CONFIG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:\r\n')
    for (const name of ['GET', 'RESETSTAT', 'REWRITE', 'SET']) expect(reply).toMatch(new RegExp(`\\+${name}( .*)?\r\n`))
    expect(reply.endsWith('+HELP\r\n+    Print this help.\r\n')).toBe(true)
  })
})
