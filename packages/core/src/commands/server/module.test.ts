import { beforeEach, describe, expect, it } from 'vitest'
import { type ModuleServer, startModuleServer } from './_test-modules.ts'

let server: ModuleServer
let run: ModuleServer['run']

beforeEach(() => {
  server = startModuleServer()
  run = server.run
})

describe('MODULE', () => {
  it('LOAD, LOADEX and UNLOAD are refused unless enable-module-command allows them; LIST and HELP are not', () => {
    server.engine.config.set([['enable-module-command', 'no']], { startup: true })
    const refused =
      '(error) ERR MODULE command not allowed. If the enable-module-command option is set to "local", you can run ' +
      'it from a local connection, otherwise you need to set this option in the configuration file, and then ' +
      'restart the server.'
    for (const command of ['LOAD x', 'LOADEX x', 'UNLOAD x']) expect(run(`MODULE ${command}`)).toBe(refused)
    expect(run('MODULE LIST')).toBe('[]')
    expect(run('MODULE HELP')).toContain('LOAD')
    expect(run('MODULE FOO')).toBe("(error) ERR unknown subcommand 'FOO'. Try MODULE HELP.")
  })
})
