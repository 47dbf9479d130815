import { defineInterface, type ModuleDefinition, provide } from '@kvasir/module-api'
import { beforeEach, describe, expect, it } from 'vitest'
import type { TestEngine } from '../commands/_test-client.ts'
import { command, dataType, moduleOf, startLoggedEngine } from './_test-modules.ts'

interface Counter {
  next(): number
}

const counter = defineInterface<Counter>('source.counter', 1)
const nextCounter = defineInterface<Counter>('source.counter', 2)

let server: TestEngine

beforeEach(() => {
  ;({ server } = startLoggedEngine())
})

const source = (more: Partial<ModuleDefinition> = {}): ModuleDefinition =>
  moduleOf({
    name: 'source',
    provides: [
      provide(counter, ({ args }) => {
        let count = Number(args[0] ?? 0)
        return { next: () => ++count }
      }),
    ],
    ...more,
  })

const user = (more: Partial<ModuleDefinition> = {}): ModuleDefinition =>
  moduleOf({
    name: 'user',
    uses: [counter],
    commands: [command('USER.NEXT', (ctx) => ctx.use(counter).next())],
    ...more,
  })

describe('An interface between modules', () => {
  it('is made for each engine, with what the module was loaded with, and used in commands', () => {
    const other = startLoggedEngine().server
    for (const [{ engine }, first] of [
      [server, '5'],
      [other, '70'],
    ] as const) {
      engine.modules.load(source(), { args: [first] })
      engine.modules.load(user())
    }
    expect(server.client.run('USER.NEXT')).toBe('(integer) 6')
    expect(server.client.run('USER.NEXT')).toBe('(integer) 7')
    expect(other.client.run('USER.NEXT')).toBe('(integer) 71')
  })

  it('can be used while a module is loaded', () => {
    let seen = 0
    server.engine.modules.load(source())
    const load: ModuleDefinition['load'] = (ctx) => {
      seen = ctx.use(counter).next()
    }
    server.engine.modules.load(user({ load }))
    expect(seen).toBe(1)
  })

  it('has to be there, in its version, before whoever uses it', () => {
    const load = (definition: ModuleDefinition) => (): void => server.engine.modules.load(definition)
    expect(load(user())).toThrow(
      "KV_MODULE_DEPENDENCY: module 'user' uses the interface source.counter@1, which no loaded module provides: " +
        'put the loadmodule line of one that does in front',
    )
    server.engine.modules.load(source())
    expect(load(user({ uses: [nextCounter] }))).toThrow('source.counter@2, which no loaded module provides')
    expect(server.client.run('USER.NEXT')).toContain('unknown command')
  })

  it('has to be listed by whoever uses it', () => {
    server.engine.modules.load(source())
    server.engine.modules.load(user({ uses: [] }))
    expect(server.client.run('USER.NEXT')).toContain('ERR internal error')
    server.engine.modules.unload('user')
    const greedy = user({ uses: [], load: (ctx) => void ctx.use(counter) })
    expect(() => server.engine.modules.load(greedy)).toThrow(
      "use: module 'user' does not list the interface source.counter@1 in its uses",
    )
  })

  it('stays as long as somebody uses it, and goes with its module', () => {
    const { modules } = server.engine
    modules.load(source())
    modules.load(user())
    expect(() => modules.unload('source')).toThrow(
      "KV_MODULE_UNLOAD: 'user' uses the interface source.counter of 'source': unload 'user' first",
    )
    expect(server.client.run('USER.NEXT')).toBe('(integer) 1')
    modules.unload('user')
    modules.unload('source')
    expect(() => modules.load(user())).toThrow('KV_MODULE_DEPENDENCY')
  })

  it('is gone when the module that provides it could not be loaded', () => {
    const { modules } = server.engine
    const broken = source({
      load() {
        throw new Error('no')
      },
    })
    expect(() => modules.load(broken)).toThrow('KV_MODULE_LOAD')
    expect(() => modules.load(user())).toThrow('KV_MODULE_DEPENDENCY')
    modules.load(source())
    modules.load(user())
  })

  it('is declared under the name of its module, once, with a whole version', () => {
    const refused = (definition: ModuleDefinition, text: string): void =>
      expect(() => server.engine.modules.load(definition)).toThrow(text)
    const [made] = source().provides ?? []
    refused(source({ name: 'thief' }), "the name of interface 'source.counter' must begin with 'thief.'")
    refused(source({ provides: [made, made] as never }), 'the interface source.counter@1 is provided twice')
    refused(source({ provides: [{ interface: counter }] as never }), 'make it by provide(interface, create)')
    refused(user({ uses: [{ name: 'source.counter', version: 1.5 }] }), "the version '1.5' must be a whole number")
    refused(user({ uses: [{ name: 'Counter', version: 1 }] }), "'Counter' is no name of an interface")
  })
})

describe('A listener ahead of changes', () => {
  const seen: string[] = []
  const listening = (pattern?: string): ModuleDefinition =>
    moduleOf({
      types: [dataType('box-box-1')],
      load(ctx) {
        seen.length = 0
        ctx.onBeforeChange(pattern === undefined ? {} : { pattern }, ({ key, db, command: name }, inner) => {
          const text = new TextDecoder().decode(key)
          const { type } = inner.key(key)
          const old = type === 'hash' ? inner.call('HGET', key, 'f') : inner.call('EXISTS', key)
          seen.push(`${name} ${db} ${text} ${type} ${old}`)
        })
      },
    })

  it('hears of every key that a write command names, with the value that it still has', () => {
    server.engine.modules.load(listening())
    const { client } = server
    client.run('HSET h f v')
    client.run('HSET h f w g x')
    client.run('MSET a 1 b 2 a 3')
    client.run('RENAME a c')
    client.run('SELECT 3')
    client.run('XGROUP CREATE st g $ MKSTREAM')
    client.run('GET b')
    client.run('SINTERSTORE dst s1 s2')
    expect(seen).toEqual([
      'hset 0 h none 0',
      'hset 0 h hash 118',
      'mset 0 a none 0',
      'mset 0 b none 0',
      'rename 0 a string 1',
      'rename 0 c none 0',
      'xgroup|create 3 st none 0',
      'sinterstore 3 dst none 0',
    ])
  })

  it('hears of them in transactions, in modules and when a waiting command goes on, by its pattern', () => {
    server.engine.modules.load(listening('k*'))
    server.engine.modules.load(
      moduleOf({ name: 'n', commands: [command('N.GO', (ctx) => ctx.call('INCR', 'k2') as number)] }),
    )
    const { client } = server
    client.run('MULTI')
    client.run('SET k1 1')
    client.run('SET other 1')
    expect(seen).toEqual([])
    client.run('EXEC')
    client.run('N.GO')
    const waiting = server.connect()
    waiting.run('BLPOP k3 0')
    client.run('RPUSH k3 x')
    expect(seen).toEqual([
      'set 0 k1 none 0',
      'incr 0 k2 none 0',
      'blpop 0 k3 none 0',
      'rpush 0 k3 none 0',
      'blpop 0 k3 list 1',
    ])
  })

  it('may change keys itself: the command then works on what it left', () => {
    const { engine, client } = server
    engine.modules.load(
      moduleOf({
        load(ctx) {
          ctx.onBeforeChange({ pattern: 'k' }, ({ command: name }, inner) => {
            if (name === 'append') inner.call('SET', 'k', 'was set: ')
            if (name === 'incr') for (let i = 0; i < 2000; i++) inner.call('SET', `filler:${i}`, 'x'.repeat(i))
          })
        },
      }),
    )
    expect(client.run('APPEND k tail')).toBe('(integer) 13')
    expect(client.run('GET k')).toBe('was set: tail')
    client.run('SET k 5')
    expect(client.run('INCR k')).toBe('(integer) 6')
  })

  it('is told no more once it has ended, and one that throws harms nobody', () => {
    const { engine, client } = server
    let end = (): void => {}
    let told = 0
    engine.modules.load(
      moduleOf({
        load(ctx) {
          end = ctx.onBeforeChange({}, () => {
            told++
            throw new Error('oops')
          })
        },
      }),
    )
    expect(client.run('SET a 1')).toBe('OK')
    end()
    client.run('SET a 2')
    expect(told).toBe(1)
  })
})

describe('Events of hashes', () => {
  it('name the fields that the command names', () => {
    const { engine, client } = server
    const seen: string[] = []
    engine.modules.load(
      moduleOf({
        load(ctx) {
          ctx.onKeyEvent({ classes: ['hash'] }, ({ event, changed }) => seen.push(`${event} ${changed?.join('|')}`))
        },
      }),
    )
    for (const line of [
      'HSET h f1 v f2 v f3 v f4 9',
      'HSETNX h f5 v',
      'HINCRBY h f4 2',
      'HINCRBYFLOAT h f4 0.5',
      'HEXPIRE h 100 FIELDS 2 f1 f2',
      'HPERSIST h FIELDS 1 f1',
      'HGETEX h EX 5 FIELDS 1 f3',
      'HDEL h f1 f2',
      'HGETDEL h FIELDS 1 f3',
    ])
      client.run(line)
    expect(seen).toEqual([
      'hset f1|f2|f3|f4',
      'hset f5',
      'hincrby f4',
      'hincrbyfloat f4',
      'hexpire f1|f2',
      'hpersist f1',
      'hexpire f3',
      'hdel f1|f2',
      'hdel f3',
    ])
  })
})
