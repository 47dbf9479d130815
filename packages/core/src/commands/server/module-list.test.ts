import { beforeEach, describe, expect, it } from 'vitest'
import { type ModuleServer, startModuleServer } from './_test-modules.ts'

let server: ModuleServer
let run: ModuleServer['run']

beforeEach(() => {
  server = startModuleServer()
  run = server.run
})

describe('MODULE LIST', () => {
  it('lists the modules that were loaded, with their arguments, and not core', () => {
    expect(run('MODULE LIST')).toBe('[]')
    run('MODULE LOAD /m/counter.js a b')
    expect(run('MODULE LIST')).toBe('[[name, counter, ver, (integer) 21003, path, /m/counter.js, args, [a, b]]]')
    server.client.session.resp = 3
    expect(server.client.raw('MODULE', 'LIST').startsWith('*1\r\n%4\r\n$4\r\nname\r\n')).toBe(true)
  })
})
