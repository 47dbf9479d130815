import { type CommandDefinition, type ModuleContext, WrongTypeError } from '@kvasir/module-api'
import { beforeEach, describe, expect, it } from 'vitest'
import type { TestClient, TestEngine } from '../commands/_test-client.ts'
import { latin1 } from '../structures/bytes.ts'
import { command, dataType, moduleOf, startLoggedEngine } from './_test-modules.ts'

let server: TestEngine
let log: string[]

beforeEach(() => {
  ;({ server, log } = startLoggedEngine())
})

describe('A command of a module', () => {
  it('that throws fails alone, with a line in the log', () => {
    const handler = (): never => {
      throw new Error('a bug')
    }
    server.engine.modules.load(moduleOf({ commands: [command('M.GO', handler)] }))
    expect(server.client.run('M.GO')).toBe("(error) ERR internal error in 'm.go'")
    expect(log.join()).toContain('Command m.go of module m threw: Error: a bug')
    expect(server.engine.stats.unexpectedErrors).toBe(1)
    expect(server.client.run('PING')).toBe('PONG')
  })

  it('that returns what is no reply fails without a trace of it', () => {
    server.engine.modules.load(moduleOf({ commands: [command('M.GO', () => [1, { kind: 'nonsense' }] as never)] }))
    expect(server.client.raw('M.GO')).toBe("-ERR internal error in 'm.go'\r\n")
    expect(server.client.raw('PING')).toBe('+PONG\r\n')
  })

  it('that is asynchronous fails instead of leaving the client without a reply', () => {
    server.engine.modules.load(moduleOf({ commands: [command('M.GO', (async () => 1) as never)] }))
    expect(server.client.run('M.GO')).toBe("(error) ERR internal error in 'm.go'")
    expect(log.join()).toContain('a handler returned a promise: it must answer at once')
  })

  it('that is asynchronous and fails later ends nothing', async () => {
    const late: unknown[] = []
    const onLate = (error: unknown): void => void late.push(error)
    process.on('unhandledRejection', onLate)
    const handler = async (): Promise<never> => {
      await null
      throw new Error('late')
    }
    server.engine.modules.load(moduleOf({ commands: [command('M.GO', handler as never)] }))
    expect(server.client.run('M.GO')).toBe("(error) ERR internal error in 'm.go'")
    await new Promise((done) => setTimeout(done, 5))
    process.off('unhandledRejection', onLate)
    expect(late).toEqual([])
  })

  it('answers WRONGTYPE when it meets another type', () => {
    server.engine.modules.load(
      moduleOf({
        types: [dataType('box-box-1')],
        commands: [command('M.GO', (ctx) => ctx.key('k').getValue(dataType('box-box-1'))?.items.length ?? null)],
      }),
    )
    expect(server.client.run('M.GO')).toBe('(nil)')
    server.client.run('SET k v')
    expect(server.client.run('M.GO')).toBe(`(error) ${new WrongTypeError().message}`)
  })

  it("knows its client, the time and its module's parameters", () => {
    server.engine.modules.load(
      moduleOf({
        config: { limit: { type: 'integer', summary: 'A limit.', default: 5 } },
        commands: [
          command(
            'M.GO',
            ({ client, nowMs, config }) => `${client.name} ${client.db} ${client.resp} ${nowMs} ${config}`,
          ),
          command('M.LIMIT', (ctx) => ctx.config('limit') as number),
        ],
      }),
    )
    server.client.run('CLIENT SETNAME me')
    server.client.run('SELECT 3')
    expect(server.client.run('M.GO')).toContain(`me 3 2 ${server.clock.now}`)
    server.client.run('CONFIG SET m.limit 9')
    expect(server.client.run('M.LIMIT')).toBe('(integer) 9')
  })
})

describe('ctx.callAsClient', () => {
  const textOf = (value: unknown): unknown =>
    value instanceof Uint8Array ? String.fromCharCode(...value) : (value as { text?: string }).text
  const asClient = command('M.AS', (ctx) => String(textOf(ctx.callAsClient('GET', 'a:1'))))
  const beyond = command('M.BEYOND', (ctx) => String(textOf(ctx.callAsClient('GET', 'b'))))
  const asEngine = command('M.ENGINE', (ctx) => String(textOf(ctx.call('GET', 'b'))))
  const within = command('M.WITHIN', (ctx) => String(textOf(ctx.callAsClient('M.BEYOND'))))

  function start(): TestClient {
    server.engine.modules.load(moduleOf({ commands: [asClient, beyond, asEngine, within] }))
    server.client.run('MSET a:1 one b two')
    server.client.run('ACL SETUSER reader on nopass ~a:* +get +@all -set')
    const reader = server.connect()
    reader.run('AUTH reader x')
    return reader
  }

  it('does what the user may do, and no more; ctx.call does', () => {
    const reader = start()
    expect(reader.run('M.AS')).toBe('one')
    expect(reader.run('M.BEYOND')).toBe('NOPERM No permissions to access a key')
    expect(reader.run('M.WITHIN')).toBe('NOPERM No permissions to access a key')
    expect(reader.run('M.ENGINE')).toBe('two')
    expect(server.client.run('M.BEYOND')).toBe('two')
    expect(server.client.run('ACL LOG 1')).toContain('reason, key, context, module, object, b, username, reader')
  })

  it('does anything where nobody is the client: for the embedder, and in listeners', () => {
    start()
    const { engine } = server
    expect(textOf(engine.dispatcher.callCommand(engine.internalSession(), ['M.BEYOND']))).toBe('two')
    const heard: unknown[] = []
    const load = (module: ModuleContext): void => {
      module.onKeyEvent({ classes: ['string'] }, (_event, ctx) => heard.push(textOf(ctx.callAsClient('GET', 'b'))))
    }
    engine.modules.load({ ...moduleOf({ load }), name: 'listens' })
    server.client.run('ACL SETUSER default -@all +set ~a:*')
    server.client.run('SET a:1 x')
    expect(heard).toEqual(['two'])
  })
})

describe('ctx.call', () => {
  it('runs commands in the database of the client and returns their replies as values', () => {
    const seen: unknown[] = []
    const handler: CommandDefinition['handler'] = (ctx) => {
      seen.push(ctx.call('SET', 'k', 'v'), ctx.call('GET', 'k'), ctx.call('GET', 'none'), ctx.call('INCR', 'n'))
      seen.push(ctx.call('INCR', 'k'), ctx.call('NONSENSE'), ctx.call('GET'))
      return 'done'
    }
    server.engine.modules.load(moduleOf({ commands: [command('M.GO', handler)] }))
    server.client.run('SELECT 2')
    expect(server.client.raw('M.GO')).toBe('$4\r\ndone\r\n')
    expect(seen).toEqual([
      expect.objectContaining({ kind: 'status', text: 'OK' }),
      new Uint8Array([118]),
      null,
      1,
      expect.objectContaining({ kind: 'error', text: 'ERR value is not an integer or out of range' }),
      expect.objectContaining({ kind: 'error', text: expect.stringContaining('ERR unknown command') }),
      expect.objectContaining({ kind: 'error', text: "ERR wrong number of arguments for 'get' command" }),
    ])
    expect(server.engine.db(2).size).toBe(2)
    expect(server.engine.db(0).size).toBe(0)
  })

  it('leaves the protocol and the reply mode of the client alone', () => {
    server.engine.modules.load(moduleOf({ commands: [command('M.GO', (ctx) => ctx.call('CLIENT', 'REPLY', 'OFF'))] }))
    expect(server.client.raw('M.GO')).toBe('$-1\r\n')
    expect(server.client.raw('PING')).toBe('+PONG\r\n')
  })

  it('has a client of its own: what its commands change of their client, the caller does not see', () => {
    const words = [
      ['SELECT', '5'],
      ['HELLO', '3'],
      ['CLIENT', 'SETNAME', 'other'],
      ['CLIENT', 'NO-TOUCH', 'ON'],
      ['QUIT'],
    ]
    const handler: CommandDefinition['handler'] = (ctx) => {
      for (const [name = '', ...args] of words) ctx.call(name, ...args)
      ctx.call('SET', 'k', 'v')
      return [ctx.client.name, ctx.client.db, ctx.client.resp]
    }
    server.engine.modules.load(moduleOf({ commands: [command('M.GO', handler)] }))
    server.client.run('CLIENT SETNAME me')
    server.client.run('SELECT 2')
    expect(server.client.run('M.GO')).toBe('[me, (integer) 2, (integer) 2]')
    expect(server.engine.db(2).size).toBe(1)
    expect(server.engine.db(5).size).toBe(0)
    expect(server.client.session.closing).toBe(false)
    expect(server.client.run('CLIENT INFO')).toMatch(/ name=me .* flags=N .* db=2 .* resp=2 /)
    server.engine.modules.unload('m')
  })

  it('counts for the client that called, whose last command stays the outer one', () => {
    let line: unknown
    const handler: CommandDefinition['handler'] = (ctx) => {
      ctx.call('SET', 'k', 'v')
      line = server.client.session.lastCommand?.fullName
      return 1
    }
    server.engine.modules.load(moduleOf({ commands: [command('M.GO', handler)] }))
    const before = server.client.session.commands
    server.client.run('M.GO')
    expect(line).toBe('m.go')
    expect(server.client.session.commands - before).toBe(2)
  })

  it('does not note an access for a client that asked for that', () => {
    server.engine.modules.load(moduleOf({ commands: [command('M.GO', (ctx) => ctx.call('GET', 'k'))] }))
    server.client.run('SET k v')
    server.client.run('CLIENT NO-TOUCH ON')
    server.clock.advance(60_000)
    server.client.run('M.GO')
    expect(server.client.run('OBJECT IDLETIME k')).toBe('(integer) 60')
  })

  it('ends a circle of commands with an error', () => {
    server.engine.modules.load(moduleOf({ commands: [command('M.GO', (ctx) => ctx.call('M.GO'))] }))
    expect(server.client.run('M.GO')).toBe('(error) ERR commands are nested too deep')
  })
})

describe('A data type', () => {
  const box = dataType('box-box-1')
  const add: CommandDefinition['handler'] = (ctx, { word }: { readonly word?: string }) => {
    const key = ctx.key('k')
    const value = key.getValue(box)
    if (value === undefined) {
      key.setValue(box, { items: [word ?? ''] })
      return 1
    }
    value.items.push(word ?? '')
    key.changed()
    return value.items.length
  }

  it('keeps values behind keys, with events, expiry and sizes', () => {
    server.engine.modules.load(
      moduleOf({
        types: [box],
        commands: [
          command('M.ADD', add),
          command('M.EXPIRE', (ctx) => {
            const key = ctx.key('k')
            key.setExpiryMs(ctx.nowMs + 1000)
            return [key.type, (key.getExpiryMs() ?? 0) - ctx.nowMs]
          }),
          command('M.DELETE', (ctx) => [ctx.key('k').delete(), ctx.key('k').delete()]),
        ],
      }),
    )
    expect(server.client.run('M.ADD one')).toBe('(integer) 1')
    expect(server.events()).toEqual(['set k 0'])
    const before = server.engine.usedBytes()
    for (let i = 0; i < 100; i++) server.client.run('M.ADD more')
    expect(server.engine.usedBytes() - before).toBeGreaterThanOrEqual(10_000)
    expect(server.client.run('TYPE k')).toBe('box-box-1')
    expect(server.client.run('GET k')).toBe(`(error) ${new WrongTypeError().message}`)
    expect(server.client.run('M.EXPIRE')).toBe('[box-box-1, (integer) 1000]')
    server.clock.advance(1001)
    expect(server.client.run('EXISTS k')).toBe('(integer) 0')
    server.client.run('M.ADD one')
    expect(server.client.run('M.DELETE')).toBe('[(integer) 1, (integer) 0]')
  })

  it('must be listed by its module before values are set', () => {
    server.engine.modules.load(moduleOf({ commands: [command('M.ADD', add)] }))
    expect(server.client.run('M.ADD one')).toBe("(error) ERR internal error in 'm.add'")
    expect(log.join()).toContain("list it in the module's types")
    expect(server.client.run('EXISTS k')).toBe('(integer) 0')
  })

  it('whose free throws cannot keep a key from going', () => {
    const failing = dataType('box-box-1', {
      free() {
        throw new Error('a bug')
      },
    })
    server.engine.modules.load(moduleOf({ types: [failing], commands: [command('M.ADD', add)] }))
    server.client.run('M.ADD one')
    expect(server.client.run('DEL k')).toBe('(integer) 1')
    expect(server.client.run('DBSIZE')).toBe('(integer) 0')
    expect(log.join()).toContain('free() of box-box-1 threw: Error: a bug')
  })
})

describe('A listener of a module', () => {
  const heard: string[] = []
  beforeEach(() => {
    heard.length = 0
  })

  function listen(load: (ctx: ModuleContext) => void): void {
    server.engine.modules.load(moduleOf({ load }))
  }

  it('hears the classes and keys that it asked for', () => {
    listen((ctx) => {
      ctx.onKeyEvent({ classes: ['string'], pattern: 'user:*' }, ({ class: name, event, key, db }) => {
        heard.push(`${name} ${event} ${latin1(key)} ${db}`)
      })
    })
    server.client.run('SELECT 1')
    server.client.run('SET user:1 v')
    server.client.run('SET other v')
    server.client.run('DEL user:1')
    expect(heard).toEqual(['string set user:1 1'])
  })

  it('hears every class when it names none', () => {
    for (const subscription of [{}, { classes: [] }]) {
      listen((ctx) => ctx.onKeyEvent(subscription, ({ event }) => heard.push(event)))
      server.client.run('SET k v')
      server.client.run('GET none')
      server.client.run('DEL k')
      expect(heard.splice(0)).toEqual(['new', 'set', 'keymiss', 'del'])
      server.engine.modules.unload('m')
    }
  })

  it('can end its subscription', () => {
    let stop: (() => void) | undefined
    listen((ctx) => {
      stop = ctx.onKeyEvent({}, ({ event }) => heard.push(event))
    })
    stop?.()
    server.client.run('SET k v')
    expect(heard).toEqual([])
  })

  it('works on the database of the event', () => {
    listen((ctx) => {
      ctx.onKeyEvent({ classes: ['string'], pattern: 'k' }, ({ db }, inner) => {
        inner.key('seen').setString(String(db))
        inner.call('APPEND', 'seen', '!')
      })
    })
    server.client.run('SELECT 4')
    server.client.run('SET k v')
    expect(server.client.run('GET seen')).toBe('4!')
    expect(server.engine.db(0).size).toBe(0)
  })

  it('works on its own database even after an event of another one', () => {
    listen((ctx) => {
      ctx.onKeyEvent({ classes: ['generic', 'string'] }, ({ event, db }, inner) => {
        if (event !== 'set') return void heard.push(`${event} ${db}`)
        inner.call('COPY', 'k', 'k', 'DB', '5')
        inner.call('APPEND', 'k', '!')
      })
    })
    server.client.run('SET k v')
    expect(heard).toContain('copy_to 5')
    expect(server.client.run('GET k')).toBe('v!')
  })

  it('that throws does not disturb the command', () => {
    listen((ctx) => {
      ctx.onKeyEvent({}, () => {
        throw new Error('a bug')
      })
      ctx.onEngineEvent(() => {
        throw new Error('another bug')
      })
    })
    expect(server.client.run('SET k v')).toBe('OK')
    expect(server.client.run('FLUSHALL')).toBe('OK')
    expect(log.join()).toContain("Module m: the listener for 'set' threw: Error: a bug")
    expect(log.join()).toContain("Module m: the listener for 'flushed' threw: Error: another bug")
  })

  it('that sets the key that expired again, with a time that is over, ends', () => {
    listen((ctx) => {
      ctx.onKeyEvent({ classes: ['expired'] }, ({ key }, inner) => {
        heard.push(latin1(key))
        inner.key(key).setString('again')
        inner.key(key).setExpiryMs(inner.nowMs)
      })
    })
    server.client.run('SET k v PX 10')
    server.clock.advance(1000)
    expect(server.client.run('DBSIZE')).toBe('(integer) 0')
    expect(heard.length).toBeLessThan(20)
    expect(log.join()).toContain('listeners set off each other')
  })

  it('that sets off itself is stopped', () => {
    listen((ctx) => {
      ctx.onKeyEvent({ classes: ['string'] }, ({ key }, inner) => inner.key(key).setString('again'))
    })
    expect(server.client.run('SET k v')).toBe('OK')
    expect(log.join()).toContain('listeners set off each other')
    expect(server.client.run('GET k')).toBe('again')
  })

  it('hears of flushed and swapped databases', () => {
    listen((ctx) => ctx.onEngineEvent((event) => heard.push(JSON.stringify(event))))
    server.client.run('FLUSHDB')
    server.client.run('FLUSHALL')
    server.client.run('SWAPDB 1 2')
    expect(heard).toEqual([
      '{"event":"flushed","db":0}',
      '{"event":"flushed","db":-1}',
      '{"event":"swapped","db":1,"withDb":2}',
    ])
  })
})

describe('A timer of a module', () => {
  it('runs on the clock of the engine, and goes on after an exception', () => {
    let ticks = 0
    server.engine.modules.load(
      moduleOf({
        load: (ctx) => {
          ctx.every(1000, (inner) => {
            inner.call('SET', 'tick', ++ticks)
            if (ticks === 1) throw new Error('a bug')
          })
        },
      }),
    )
    server.clock.advance(3000)
    expect(server.client.run('GET tick')).toBe('3')
    expect(log.join()).toContain('Module m: a timer threw: Error: a bug')
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5' as never])('is refused an interval of %s', (intervalMs) => {
    const load = (ctx: ModuleContext): void => void ctx.every(intervalMs, () => {})
    expect(() => server.engine.modules.load(moduleOf({ load }))).toThrow(
      `every: the interval must be a finite number of milliseconds above 0, not ${intervalMs}`,
    )
  })
})

describe('An event of a module', () => {
  it('names what changed, and a new value is told of by the event that its setter chose', () => {
    const heard: unknown[] = []
    const type = dataType('box-box-1')
    server.engine.modules.load(
      moduleOf({
        types: [type],
        commands: [
          command('M.GO', (ctx) => {
            ctx.key('k').setValue(type, { items: [] }, 'm.set')
            ctx.key('l').setValue(type, { items: [] })
            ctx.notify('m.changed', 'k', 'module', ['$.a', '$.b'])
            return ctx.hasListeners('module')
          }),
        ],
        load: (ctx) =>
          void ctx.onKeyEvent({ classes: ['module'] }, ({ event, changed }) => heard.push(changed ?? event)),
      }),
    )
    expect(server.client.raw('M.GO')).toBe(':1\r\n')
    expect(heard).toEqual(['m.set', 'set', ['$.a', '$.b']])
  })
})
