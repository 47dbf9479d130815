import { beforeEach, describe, expect, it } from 'vitest'
import { type ModuleServer, startModuleServer } from './_test-modules.ts'

let run: ModuleServer['run']

beforeEach(() => {
  run = startModuleServer().run
})

describe('MODULE UNLOAD', () => {
  it('takes a module out with all that it brought', () => {
    run('MODULE LOAD /m/counter.js')
    expect(run('MODULE UNLOAD counter')).toBe('OK')
    expect(run('COUNTER.GET')).toContain('unknown command')
    expect(run('MODULE LIST')).toBe('[]')
  })

  it('does not know modules that are not loaded, and core least of all', () => {
    const error = '(error) ERR Error unloading module: no such module with that name'
    expect(run('MODULE UNLOAD counter')).toBe(error)
    expect(run('MODULE UNLOAD core')).toBe(error)
    expect(run('PING')).toBe('PONG')
  })

  it('keeps modules that others require, or that have data types', () => {
    for (const path of ['/m/counter.js', 'dependent', 'typed']) expect(run(`MODULE LOAD ${path}`)).toBe('OK')
    expect(run('MODULE UNLOAD counter')).toContain('the module exports APIs used by other modules')
    expect(run('MODULE UNLOAD typed')).toContain('exports one or more module-side data types')
    expect(run('INFO modules')).toContain(
      'name=counter,ver=21003,api=1,filters=0,usedby=[dependent],using=[],options=[]',
    )
  })
})
