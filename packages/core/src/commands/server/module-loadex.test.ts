import { beforeEach, describe, expect, it } from 'vitest'
import { LOAD_FAILED, type ModuleServer, startModuleServer } from './_test-modules.ts'

let server: ModuleServer
let run: ModuleServer['run']

beforeEach(() => {
  server = startModuleServer()
  run = server.run
})

describe('MODULE LOADEX', () => {
  it('sets parameters before the module starts, and hands on arguments', () => {
    expect(run('MODULE LOADEX /m/counter.js CONFIG counter.limit 9 ARGS x')).toBe('OK')
    expect(server.seen).toEqual([{ args: ['x'], limit: 9 }])
    expect(run('CONFIG GET counter.limit')).toBe('[counter.limit, 9]')
  })

  it('loads nothing when a parameter or a word is wrong', () => {
    for (const words of [
      'CONFIG counter.limit',
      'CONFIG counter.limit x',
      'CONFIG other.limit 1',
      'CONFIG maxmemory 1',
      'FOO',
    ]) {
      expect(run(`MODULE LOADEX /m/counter.js ${words}`)).toBe(LOAD_FAILED)
    }
    expect(run('MODULE LIST')).toBe('[]')
    expect(run('CONFIG GET counter.limit')).toBe('[]')
    expect(run('CONFIG GET maxmemory')).toBe('[maxmemory, 0]')
  })
})
