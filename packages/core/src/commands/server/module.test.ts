import { API_LEVEL, defineCommand, defineModule, type ModuleDefinition } from '@kvasir/module-api'
import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const LOAD_FAILED = '(error) ERR Error loading the extension. Please check the server logs.'

let seen: { args: readonly string[]; limit: unknown }[]

const counter = defineModule({
  name: 'counter',
  version: '2.10.3',
  api: API_LEVEL,
  config: { limit: { type: 'integer', summary: 'A limit.', default: 7 } },
  commands: [
    defineCommand({
      name: 'COUNTER.GET',
      summary: 'Answers 1.',
      since: '1.0.0',
      complexity: 'O(1)',
      flags: ['fast'],
      args: {},
      handler: () => 1,
    }),
  ],
  load: (ctx) => {
    seen.push({ args: ctx.args, limit: ctx.config('limit') })
  },
})
const dependent = defineModule({ name: 'dependent', version: '1.0.0', api: API_LEVEL, requires: { counter: '2.0.0' } })
const typed = defineModule({
  name: 'typed',
  version: '1.0.0',
  api: API_LEVEL,
  types: [
    {
      name: 'typed-one',
      version: 0,
      save() {},
      load: () => 0,
      memoryBytes: () => 8,
      copy: (value) => value,
      digest() {},
    },
  ],
})
const modules: Readonly<Record<string, ModuleDefinition>> = { '/m/counter.js': counter, dependent, typed }

let server: TestEngine
let log: string[]
let run: (line: string) => string

beforeEach(() => {
  seen = []
  log = []
  server = startTestEngine()
  const { engine } = server
  Object.assign(engine, { log: (_level: string, line: string) => log.push(line) })
  engine.config.set([['enable-module-command', 'yes']], { startup: true })
  engine.modules.resolve = (specifier) => {
    const found = modules[specifier]
    if (found === undefined) throw new Error(`there is no ${specifier}`)
    return found
  }
  run = (line) => server.client.run(line)
})

describe('MODULE', () => {
  it('LOAD, LOADEX and UNLOAD are refused unless enable-module-command allows them; LIST and HELP are not', () => {
    server.engine.config.set([['enable-module-command', 'no']], { startup: true })
    const refused =
      '(error) ERR MODULE command not allowed. If the enable-module-command option is set to "local", you can run it ' +
      'from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.'
    for (const command of ['LOAD x', 'LOADEX x', 'UNLOAD x']) expect(run(`MODULE ${command}`)).toBe(refused)
    expect(run('MODULE LIST')).toBe('[]')
    expect(run('MODULE HELP')).toContain('LOAD')
    expect(run('MODULE FOO')).toBe("(error) ERR unknown subcommand 'FOO'. Try MODULE HELP.")
  })
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

describe('MODULE LOAD', () => {
  it('loads what the path names, with its arguments', () => {
    expect(run('COUNTER.GET')).toContain('unknown command')
    expect(run('MODULE LOAD /m/counter.js x y')).toBe('OK')
    expect(run('COUNTER.GET')).toBe('(integer) 1')
    expect(seen).toEqual([{ args: ['x', 'y'], limit: 7 }])
  })

  it('tells the log why it failed, and the client only that it did', () => {
    expect(run('MODULE LOAD nowhere')).toBe(LOAD_FAILED)
    expect(log.at(-1)).toBe('Module nowhere failed to load: there is no nowhere')
    run('MODULE LOAD /m/counter.js')
    expect(run('MODULE LOAD /m/counter.js')).toBe(LOAD_FAILED)
    expect(log.at(-1)).toContain('KV_MODULE_NAME_CLASH')
  })

  it('cannot find anything in an engine that nobody taught to', () => {
    server.engine.modules.resolve = undefined
    expect(run('MODULE LOAD /m/counter.js')).toBe(LOAD_FAILED)
  })
})

describe('MODULE LOADEX', () => {
  it('sets parameters before the module starts, and hands on arguments', () => {
    expect(run('MODULE LOADEX /m/counter.js CONFIG counter.limit 9 ARGS x')).toBe('OK')
    expect(seen).toEqual([{ args: ['x'], limit: 9 }])
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
