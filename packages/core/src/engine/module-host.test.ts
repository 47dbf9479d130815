import type { CommandDefinition, ConfigParameter, ModuleContext, ModuleDefinition } from '@kvasir/module-api'
import { beforeEach, describe, expect, it } from 'vitest'
import type { TestEngine } from '../commands/_test-client.ts'
import { command, container, dataType, moduleOf, startLoggedEngine } from './_test-modules.ts'
import { type ModuleLoadCode, ModuleLoadError } from './module-checks.ts'

let server: TestEngine
let log: string[]

beforeEach(() => {
  ;({ server, log } = startLoggedEngine())
})

/** Everything of the engine that a module can add to. */
function stateOf({ engine }: TestEngine): unknown {
  const commands = [...engine.commands.values()].flatMap((each) => [
    each.fullName,
    ...[...(each.subcommands?.values() ?? [])].map((subcommand) => subcommand.fullName),
  ])
  return {
    commands,
    parameters: [...engine.config.parameters()].map(({ name, text }) => `${name} ${text}`),
    modules: [...engine.modules.list()].map(({ definition }) => definition.name),
    type: engine.modules.dataType('box-box-1'),
  }
}

/** Loads a module that must not be loadable. @returns code and message */
function refusalOf(definition: ModuleDefinition, config?: Record<string, string>): readonly [ModuleLoadCode, string] {
  const before = stateOf(server)
  try {
    server.engine.modules.load(definition, config === undefined ? {} : { config })
  } catch (error) {
    expect(stateOf(server)).toEqual(before)
    if (error instanceof ModuleLoadError) return [error.code, error.message]
    throw error
  }
  throw new Error('it was loaded')
}

const withCommand = (more: object): ModuleDefinition =>
  moduleOf({ commands: [{ ...command('M.GO'), ...more } as CommandDefinition] })

const withParameter = (more: object): ModuleDefinition =>
  moduleOf({ config: { limit: { type: 'integer', summary: 'A limit.', default: 5, ...more } as ConfigParameter } })

describe('A parameter of a module', () => {
  const short = withParameter({
    type: 'text',
    default: 'é',
    check: (value: string) => (value.length < 3 ? undefined : 'argument must be short'),
  })

  it('refuses what its check refuses, whole', () => {
    server.engine.modules.load(short)
    expect(server.client.run('CONFIG SET m.limit üü')).toBe('OK')
    expect(server.client.run('CONFIG SET m.limit long')).toMatch(/'m.limit'\) - argument must be short/)
    expect(server.client.run('CONFIG GET m.limit')).toBe(`[m.limit, ${Buffer.from('üü').toString('latin1')}]`)
  })

  it('does so for the value that the module is loaded with', () => {
    expect(() => server.engine.modules.load(short, { config: { limit: 'long' } })).toThrow('argument must be short')
  })
})

describe('Loading a module', () => {
  it('adds its commands, parameters and types', () => {
    const definition = moduleOf({
      commands: [command('M.GO'), command('M SUB'), container('M')],
      config: { limit: { type: 'integer', summary: 'A limit.', default: 5 } },
      types: [dataType('box-box-1')],
    })
    server.engine.modules.load(definition, { args: ['a', 'b'], config: { limit: '7' }, path: '/m.js' })
    expect(server.client.run('M.GO')).toBe('(integer) 1')
    expect(server.client.run('M SUB')).toBe('(integer) 1')
    expect(server.client.run('M HELP')).toContain('M <subcommand> [<arg> [value] [opt] ...]. Subcommands are:')
    expect(server.client.run('CONFIG GET m.limit')).toBe('[m.limit, 7]')
    expect(server.engine.modules.get('m')).toMatchObject({ args: ['a', 'b'], path: '/m.js' })
  })

  const declarations: readonly (readonly [what: string, definition: unknown, text: string])[] = [
    ['no module', null, 'default export'],
    ['a text', 'm', 'default export'],
    ['no name', { version: '1.0.0', api: 1 }, 'name must be'],
    ['a name in capitals', moduleOf({ name: 'Mine' }), 'name must be'],
    ['no version', { name: 'm', api: 1 }, 'semantic version'],
    ['a version of two numbers', moduleOf({ version: '1.2' }), 'semantic version'],
    ['a command name in small letters', moduleOf({ commands: [command('m.go')] }), 'capitals'],
    ['a command name of three words', moduleOf({ commands: [command('A B C')] }), 'at most two words'],
    ['a command without summary', moduleOf({ commands: [{ ...command('M.GO'), summary: '' }] }), 'lacks a summary'],
    ['a command without since', moduleOf({ commands: [{ ...command('M.GO'), since: '' }] }), 'lacks since'],
    ['a command without complexity', moduleOf({ commands: [{ ...command('M.GO'), complexity: '' }] }), 'complexity'],
    ['a command without flags', moduleOf({ commands: [{ ...command('M.GO'), flags: undefined as never }] }), 'flags'],
    ['a command without args', moduleOf({ commands: [{ ...command('M.GO'), args: undefined as never }] }), 'args'],
    [
      'a command without handler',
      moduleOf({ commands: [{ ...command('M.GO'), handler: undefined as never }] }),
      'handler',
    ],
    ['a handler of 5', moduleOf({ commands: [command('M.GO', 5 as never)] }), 'M.GO: handler must be a function'],
    [
      'a raw handler of null',
      moduleOf({ commands: [{ ...command('M.GO'), handler: undefined as never, raw: null as never }] }),
      'M.GO: raw must be a function',
    ],
    ['a load function of 5', moduleOf({ load: 5 as never }), 'load must be a function'],
    ['an unload function of 5', moduleOf({ unload: 5 as never }), 'unload must be a function'],
    ['a command with two handlers', moduleOf({ commands: [{ ...command('M.GO'), raw() {} }] }), 'keep one'],
    ['a command twice', moduleOf({ commands: [command('M.GO'), command('M.GO')] }), 'twice'],
    [
      'a command that writes and does not',
      moduleOf({ commands: [{ ...command('M.GO'), flags: ['write', 'readonly'] }] }),
      'both write and readonly',
    ],
    ['a subcommand without container', moduleOf({ commands: [command('M SUB')] }), 'needs the container M'],
    ['a subcommand of a plain command', moduleOf({ commands: [command('GET SUB')] }), 'needs the container GET'],
    ['commands that are no list', moduleOf({ commands: 5 as never }), 'not what defineModule takes'],
    ['a command that is nothing', moduleOf({ commands: [undefined as never] }), 'not what defineModule takes'],
    ['a type with a short name', moduleOf({ types: [dataType('box')] }), 'nine characters'],
    ['a type with a wrong version', moduleOf({ types: [dataType('box-box-1', { version: 1024 })] }), '0 to 1023'],
    ['a type without a method', moduleOf({ types: [dataType('box-box-1', { copy: 1 as never })] }), 'lacks copy()'],
    ['an unknown flag', withCommand({ flags: ['wirte'] }), "command M.GO: flag 'wirte' is none of write, readonly"],
    ['an unknown group', withCommand({ group: 'strings' }), "command M.GO: group 'strings' is none of string, generic"],
    ['no reply', withCommand({ reply: undefined }), 'command M.GO lacks its reply'],
    ['a reply of 5', withCommand({ reply: 5 }), 'command M.GO: reply must be made by a function of reply'],
    [
      'an unknown reply inside another',
      withCommand({ reply: { type: 'array', items: [{ type: 'integer' }, { type: 'number' }] } }),
      "command M.GO: reply[1]: type 'number' is none of integer",
    ],
    ['an argument of text', withCommand({ args: { k: 'key' } }), 'command M.GO: argument k must be made by'],
    ['an argument of 5', withCommand({ args: { z: 5 } }), 'command M.GO: argument z must be made by a function of arg'],
    ['an unknown argument', withCommand({ args: { z: { type: 'int' } } }), "argument z: type 'int' is none of string"],
    [
      'an unknown argument inside a block',
      withCommand({ args: { b: { type: 'block', arguments: { z: { type: 'int' } } } } }),
      "argument b.z: type 'int'",
    ],
    ['an empty block', withCommand({ args: { b: { type: 'block' } } }), 'argument b has no arguments'],
    [
      'a key without access',
      withCommand({ args: { k: { type: 'key' } } }),
      "argument k: access 'undefined' is none of RO",
    ],
    ['a flag without token', withCommand({ args: { f: { type: 'pure-token' } } }), 'argument f lacks its token'],
    [
      'a limit of text',
      withCommand({ args: { n: { type: 'integer', min: '1' } } }),
      'argument n: min must be a number',
    ],
    [
      'an unknown key flag',
      withCommand({ args: { k: { type: 'key', access: 'RO', keyFlags: ['reads'] } } }),
      "argument k: key flag 'reads' is none of access",
    ],
    [
      'an unknown search for keys',
      withCommand({ keySpecs: [{ flags: [], beginSearch: { type: 'first' }, findKeys: { type: 'unknown' } }] }),
      "command M.GO: key spec: beginSearch 'first' is none of index",
    ],
    [
      'a key whose place nobody knows',
      withCommand({ args: { n: { type: 'integer', optional: true }, k: { type: 'key', access: 'RO' } } }),
      'command M.GO: where its keys stand does not follow from its arguments',
    ],
    ['an ACL category of nobody', withCommand({ acl: ['boxes'] }), "ACL category 'boxes' is not declared"],
    ['an ACL category of Redis as its own', moduleOf({ aclCategories: ['write'] }), "'write' exists already"],
    ['an ACL category with a space', moduleOf({ aclCategories: ['my boxes'] }), 'must be lower-case letters'],
    ['a range for a version', moduleOf({ requires: { json: '^1.0' } }), "requires json: '^1.0' is no version such as"],
    ['a requirement of nobody', moduleOf({ requires: { 'A B': '1.0.0' } }), "requires: 'A B' is no name of a module"],
    [
      'a parameter of no type',
      withParameter({ type: 'number', default: 5 }),
      "parameter limit: type 'number' is none of",
    ],
    ['a parameter without summary', withParameter({ summary: '' }), 'parameter limit lacks a summary'],
    ['a default of another type', withParameter({ default: '5' }), "parameter limit: its default '5' is no integer"],
    [
      'a default that its own check refuses',
      withParameter({ type: 'text', default: 'x', check: () => 'no' }),
      "parameter limit: its default 'x' does not pass its own check",
    ],
    ['a default over the limit', withParameter({ max: 4 }), 'its default 5 is not between -Infinity and 4'],
    ['a default that is none of the values', withParameter({ type: 'enum', values: ['a'], default: 'b' }), 'none of a'],
    ['a parameter with a space', moduleOf({ config: { 'a b': {} as never } }), 'parameter a b: the name must be'],
    ['an INFO section that is no function', moduleOf({ info: { boxes: 5 as never } }), 'INFO section boxes must be a'],
  ]

  it('takes ACL categories that the module declares', () => {
    const mine = { ...command('M.GO'), acl: ['boxes', 'keyspace'] }
    server.engine.modules.load(moduleOf({ aclCategories: ['boxes'], commands: [mine] }))
    expect(server.engine.commands.get('m.go')?.aclCategories).toEqual(['keyspace', 'slow', 'boxes'])
  })

  it('refuses a subscription to events that do not exist', () => {
    const load = (ctx: ModuleContext): void => void ctx.onKeyEvent({ classes: ['sting' as never] }, () => {})
    expect(refusalOf(moduleOf({ load }))).toEqual([
      'KV_MODULE_LOAD',
      expect.stringContaining("class of events 'sting'"),
    ])
  })

  it.each(['core', 'server'])("keeps the name '%s' for Kvasir, even where it is not loaded", (name) => {
    expect(refusalOf(moduleOf({ name }))).toEqual([
      'KV_MODULE_NAME_CLASH',
      `KV_MODULE_NAME_CLASH: the name '${name}' is reserved for Kvasir: choose another one`,
    ])
  })

  it.each(declarations)('refuses a declaration with %s', (_what, definition, text) => {
    const [code, message] = refusalOf(definition as ModuleDefinition)
    expect(code).toBe('KV_MODULE_DECLARATION')
    expect(message).toContain(text)
  })

  it('refuses another level of the API, and says who has to be updated', () => {
    expect(refusalOf(moduleOf({ api: 2 }))).toEqual([
      'KV_MODULE_API_LEVEL',
      expect.stringContaining('update the server'),
    ])
    expect(refusalOf(moduleOf({ api: 0 }))).toEqual([
      'KV_MODULE_API_LEVEL',
      expect.stringContaining('update the module'),
    ])
    expect(refusalOf(moduleOf({ api: undefined as never }))[0]).toBe('KV_MODULE_API_LEVEL')
  })

  it('refuses proposals that the server does not have', () => {
    const [code, message] = refusalOf(moduleOf({ proposals: ['teleport'] }))
    expect(code).toBe('KV_MODULE_PROPOSAL')
    expect(message).toContain("'teleport'")
  })

  it('refuses names that are taken', () => {
    server.engine.modules.load(moduleOf({ name: 'first', types: [dataType('box-box-1')] }))
    const clashes: readonly (readonly [ModuleDefinition, string])[] = [
      [moduleOf({ name: 'first' }), 'loaded already'],

      [moduleOf({ commands: [command('M.GO'), command('GET')] }), "command GET belongs to module 'core'"],
      [moduleOf({ commands: [command('CLIENT LIST')] }), "command CLIENT LIST belongs to module 'core'"],
      [moduleOf({ types: [dataType('box-box-1')] }), 'data type box-box-1 exists already'],
    ]
    for (const [definition, text] of clashes) {
      expect(refusalOf(definition)).toEqual(['KV_MODULE_NAME_CLASH', expect.stringContaining(text)])
    }
  })

  it('refuses a module whose requirements are not there, or too old', () => {
    const needy = moduleOf({ requires: { first: '1.10.0' } })
    expect(refusalOf(needy)).toEqual([
      'KV_MODULE_DEPENDENCY',
      expect.stringContaining('put its loadmodule line in front'),
    ])
    server.engine.modules.load(moduleOf({ name: 'first', version: '1.9.9' }))
    expect(refusalOf(needy)).toEqual(['KV_MODULE_DEPENDENCY', expect.stringContaining('but 1.9.9 is loaded')])
    server.engine.modules.unload('first')
    server.engine.modules.load(moduleOf({ name: 'first', version: '1.10.0-beta.1' }))
    server.engine.modules.load(needy)
  })

  it('refuses values that its parameters do not take', () => {
    const definition = moduleOf({
      commands: [command('M.GO')],
      config: { limit: { type: 'integer', summary: 'A limit.', default: 5, min: 1, max: 10 } },
    })
    expect(refusalOf(definition, { limit: '11' })[0]).toBe('KV_MODULE_CONFIG')
    expect(refusalOf(definition, { limit: 'x' })[0]).toBe('KV_MODULE_CONFIG')
    expect(refusalOf(definition, { other: '1' })[0]).toBe('KV_MODULE_CONFIG')
  })

  it('is undone when its own load function throws', () => {
    const seen: string[] = []
    const definition = moduleOf({
      commands: [command('M.GO'), container('M'), command('M SUB'), command('CLIENT DANCE')],
      config: { limit: { type: 'integer', summary: 'A limit.', default: 5 } },
      types: [dataType('box-box-1')],
      load(ctx) {
        ctx.onKeyEvent({}, ({ event }) => seen.push(event))
        ctx.onEngineEvent(({ event }) => seen.push(event))
        ctx.every(10, () => seen.push('tick'))
        throw new Error('no disk')
      },
    })
    expect(refusalOf(definition)).toEqual(['KV_MODULE_LOAD', expect.stringContaining('no disk')])
    server.client.run('SET k v')
    server.client.run('FLUSHALL')
    server.clock.advance(100)
    expect(seen).toEqual([])
    expect(server.client.run('M.GO')).toContain('unknown command')
    server.engine.modules.load({ ...definition, load() {} })
  })
})

describe('Unloading a module', () => {
  it('takes away all that it brought', () => {
    const before = stateOf(server)
    const seen: string[] = []
    server.engine.modules.load(
      moduleOf({
        commands: [command('M.GO'), container('M'), command('M SUB'), command('CLIENT DANCE')],
        config: { limit: { type: 'integer', summary: 'A limit.', default: 5 } },
        load(ctx) {
          ctx.onKeyEvent({}, ({ event }) => seen.push(event))
          ctx.onEngineEvent(({ event }) => seen.push(event))
          ctx.every(10, () => seen.push('tick'))
        },
        unload: () => seen.push('unload'),
      }),
    )
    server.engine.modules.unload('m')
    expect(seen.splice(0)).toEqual(['unload'])
    server.client.run('SET k v')
    server.client.run('FLUSHALL')
    server.clock.advance(100)
    expect(seen).toEqual([])
    expect(stateOf(server)).toEqual(before)
  })

  it('lets it add nothing any more, by a context that it has kept', () => {
    let kept: ModuleContext | undefined
    server.engine.modules.load(
      moduleOf({
        config: { limit: { type: 'integer', summary: 'A limit.', default: 5 } },
        load(ctx) {
          kept = ctx
        },
      }),
    )
    server.engine.modules.unload('m')
    const uses = [
      () => kept?.onKeyEvent({}, () => {}),
      () => kept?.onEngineEvent(() => {}),
      () => kept?.every(10, () => {}),
      () => kept?.config('limit'),
    ]
    for (const use of uses) expect(use).toThrow("module 'm' is not loaded any more")
  })

  it('forgets a subscription that the module ended itself', () => {
    let kept: ModuleContext | undefined
    const load = (ctx: ModuleContext): void => {
      kept = ctx
    }
    server.engine.modules.load(moduleOf({ load }))
    const before = server.engine.modules.get('m')?.undo.length
    for (let i = 0; i < 100; i++) kept?.onKeyEvent({}, () => {})()
    for (let i = 0; i < 100; i++) kept?.every(1000, () => {})()
    expect(server.engine.modules.get('m')?.undo.length).toBe(before)
  })

  it('takes it away even when its own unload function throws', () => {
    const failing = (): never => {
      throw new Error('a bug')
    }
    server.engine.modules.load(moduleOf({ commands: [command('M.GO')], unload: failing }))
    server.engine.modules.unload('m')
    expect(server.client.run('M.GO')).toContain('unknown command')
    expect(log.join()).toContain('Module m: unload threw: Error: a bug')
  })

  it('is refused while others need the module, or keys may hold its values', () => {
    const unload = (name: string) => () => server.engine.modules.unload(name)
    server.engine.modules.load(moduleOf())
    server.engine.modules.load(moduleOf({ name: 'other', requires: { m: '1.0.0' }, types: [dataType('box-box-1')] }))
    expect(unload('none')).toThrow("KV_MODULE_UNLOAD: no module 'none' is loaded")
    expect(unload('core')).toThrow("KV_MODULE_UNLOAD: 'core' is a part of Kvasir, and stays")
    expect(server.client.run('PING')).toBe('PONG')
    expect(unload('m')).toThrow("KV_MODULE_UNLOAD: 'other' requires 'm'")
    expect(unload('other')).toThrow("KV_MODULE_UNLOAD: 'other' has data types")
    expect([...server.engine.modules.list()].map(({ definition }) => definition.name)).toEqual(['core', 'm', 'other'])
  })

  it('happens to every module when the engine closes, the last one first', () => {
    const seen: string[] = []
    const unload = (name: string) => () => {
      seen.push(name)
      if (name === 'b') throw new Error('a bug')
    }
    for (const name of ['a', 'b', 'c']) server.engine.modules.load(moduleOf({ name, unload: unload(name) }))
    server.engine.close()
    expect(seen).toEqual(['c', 'b', 'a'])
  })
})
