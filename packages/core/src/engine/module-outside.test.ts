import type { ModuleContext, ModuleDefinition } from '@kvasir/module-api'
import { beforeEach, describe, expect, it } from 'vitest'
import type { TestEngine } from '../commands/_test-client.ts'
import { fromLatin1 } from '../structures/bytes.ts'
import { moduleOf, startLoggedEngine } from './_test-modules.ts'

let server: TestEngine
let log: string[]

beforeEach(() => {
  ;({ server, log } = startLoggedEngine())
})

/** Loads a module and gives its context. */
function contextOf(definition: Partial<ModuleDefinition> = {}): ModuleContext {
  let found: ModuleContext | undefined
  const module = moduleOf({
    ...definition,
    load: (ctx) => {
      found = ctx
    },
  })
  server.engine.modules.load(module)
  return found as ModuleContext
}

describe('ModuleContext.run', () => {
  it('works on database 0 at the present time, and gives the result', () => {
    const outside = contextOf()
    server.clock.advance(5000)
    expect(outside.run((ctx) => [ctx.call('SET', 'k', 'v'), ctx.nowMs, ctx.client.db])).toMatchObject([
      { text: 'OK' },
      server.clock.now,
      0,
    ])
    expect(server.client.run('GET k')).toBe('v')
  })

  it('wakes clients that wait for what it brought', () => {
    const outside = contextOf()
    const waiting = server.connect()
    waiting.bytes(fromLatin1('BLPOP l 0\r\n'))
    outside.run((ctx) => ctx.call('RPUSH', 'l', 'v'))
    expect(waiting.received()).toBe('*2\r\n$1\r\nl\r\n$1\r\nv\r\n')
  })

  it('throws what the task throws, and ends its context all the same', () => {
    const outside = contextOf()
    let kept: { readonly nowMs: number } | undefined
    const fail = (): never => {
      throw new Error('no')
    }
    expect(() =>
      outside.run((ctx) => {
        kept = ctx
        fail()
      }),
    ).toThrow('no')
    expect(() => kept?.nowMs).toThrow('used after its handler returned')
  })

  it('is over with the module', () => {
    const module = contextOf({ name: 'gone' })
    server.engine.modules.unload('gone')
    expect(() => module.run(() => 1)).toThrow('not loaded any more')
  })
})

describe('ModuleContext.onUnload', () => {
  it('calls when the module is taken out and when the engine closes, whatever one of them throws', () => {
    const ended: string[] = []
    const outside = contextOf({ name: 'm' })
    outside.onUnload(() => ended.push('first'))
    outside.onUnload(() => {
      throw new Error('oh')
    })
    server.engine.modules.unload('m')
    contextOf({ name: 'm' }).onUnload(() => ended.push('second'))
    server.engine.close()
    expect(ended).toEqual(['first', 'second'])
    expect(log.join('\n')).toContain('Module m: the task of onUnload threw: Error: oh')
  })
})

describe('a parameter of a module that is sensitive', () => {
  const token = { type: 'text', summary: 'a token', default: '', sensitive: true } as const
  const title = { type: 'text', summary: 'a title', default: '' } as const
  const port = { type: 'integer', summary: 'a secret port', default: 0, sensitive: true } as const
  const isOn = { type: 'boolean', summary: 'a secret', default: false, sensitive: true } as const
  const mode = { type: 'enum', summary: 'a secret', default: 'a', values: ['a', 'b'], sensitive: true } as const

  it('shows its values to CONFIG GET alone, and not to MONITOR and the command logs', () => {
    contextOf({ name: 'm', config: { token, title, port, on: isOn, mode } })
    const { client } = server
    const monitor = server.connect()
    monitor.run('MONITOR')
    client.run('CONFIG SET slowlog-log-slower-than 0')
    monitor.received()
    client.run('CONFIG SET m.token hush m.title t M.PORT 77 m.on yes m.mode b')
    const shown = ['m.token', '(redacted)', 'm.title', 't', 'M.PORT', '(redacted)', 'm.on', '(redacted)', 'm.mode']
    const words = ['CONFIG', 'SET', ...shown, '(redacted)']
    expect(monitor.received()).toBe('')
    expect(client.run('SLOWLOG GET 1')).toContain(`[${words.join(', ')}]`)
    expect(client.run('CONFIG GET m.token')).toBe('[m.token, hush]')
  })

  it('is not told apart in MODULE LOADEX before the module is there, so no unknown value is shown', () => {
    contextOf({ name: 'm', config: { token, title } })
    const { client } = server
    client.run('CONFIG SET slowlog-log-slower-than 0')
    server.engine.config.load('enable-module-command', ['yes'])
    client.run('MODULE LOADEX /x CONFIG m.token hush CONFIG m.title t CONFIG other.token hush ARGS CONFIG a b')
    const configs = 'CONFIG, m.token, (redacted), CONFIG, m.title, t, CONFIG, other.token, (redacted)'
    expect(client.run('SLOWLOG GET 1')).toContain(`[MODULE, LOADEX, /x, ${configs}, ARGS, CONFIG, a, b]`)
  })
})

describe('ModuleContext.onConfigChange', () => {
  const config = { limit: { type: 'integer', summary: 'a limit', default: 1 } } as const

  it('tells of the new value, by CONFIG SET and by a directive', () => {
    const heard: unknown[] = []
    contextOf({ name: 'm', config }).onConfigChange('limit', (value) => void heard.push(value))
    server.client.run('CONFIG SET m.limit 2')
    server.client.run('CONFIG SET m.limit 2')
    server.engine.config.load('m.limit', ['3'])
    expect(heard).toEqual([2, 3])
  })

  it('may refuse the value, which is taken back', () => {
    const heard: unknown[] = []
    contextOf({ name: 'm', config }).onConfigChange('limit', (value) => {
      heard.push(value)
      return value === 2 ? 'not two' : undefined
    })
    expect(server.client.run('CONFIG SET m.limit 2')).toBe(
      "(error) ERR CONFIG SET failed (possibly related to argument 'm.limit') - not two",
    )
    expect(heard).toEqual([2, 1])
    expect(server.engine.config.get('m.limit')).toBe('1')
  })

  it('refuses the value when the listener throws', () => {
    contextOf({ name: 'm', config }).onConfigChange('limit', () => {
      throw new Error('oh')
    })
    expect(server.client.run('CONFIG SET m.limit 2')).toContain('the module failed; see the log')
    expect(log.join('\n')).toContain("Module m: the listener for 'limit' threw: Error: oh")
  })

  it('throws for a parameter that is not the own, and ends when it is told to', () => {
    const outside = contextOf({ name: 'm', config })
    expect(() => outside.onConfigChange('other', () => {})).toThrow("there is no configuration parameter 'm.other'")
    const heard: unknown[] = []
    const stop = outside.onConfigChange('limit', (value) => void heard.push(value))
    stop()
    server.client.run('CONFIG SET m.limit 2')
    expect(heard).toEqual([])
  })
})
