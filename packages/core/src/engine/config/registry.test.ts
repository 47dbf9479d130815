import { describe, expect, it } from 'vitest'
import { ConfigRegistry } from './registry.ts'

const failed = (name: string, reason: string): string =>
  `ERR CONFIG SET failed (possibly related to argument '${name}') - ${reason}`

describe('CONFIG GET of the registry', () => {
  it('finds a name in any case and gives it back as it was given', () => {
    const config = new ConfigRegistry()
    expect(config.match(['MAXMEMORY'])).toEqual([['MAXMEMORY', '0']])
    expect(config.match(['MAXMEMORY', 'maxmemory'])).toEqual([['MAXMEMORY', '0']])
    expect(config.match(['Slave-Priority', 'replica-priority'])).toEqual([
      ['Slave-Priority', '100'],
      ['replica-priority', '100'],
    ])
    expect(config.match(['nosuch', ''])).toEqual([])
  })

  it('finds names by patterns, aliases too, sorted by name', () => {
    const config = new ConfigRegistry()
    expect(config.match(['MaxMem*']).map(([name]) => name)).toEqual([
      'maxmemory',
      'maxmemory-clients',
      'maxmemory-eviction-tenacity',
      'maxmemory-policy',
      'maxmemory-samples',
    ])
    expect(config.match(['*zip*']).map(([name]) => name)).toEqual([
      'hash-max-ziplist-entries',
      'hash-max-ziplist-value',
      'list-max-ziplist-size',
      'zset-max-ziplist-entries',
      'zset-max-ziplist-value',
    ])
    const several = config.match(['timeout', 'ap*', 'maxmemory', 'HZ', 'APPENDONLY', '[a-b]ind', '?z'])
    expect(several.map(([name]) => name)).toEqual([
      'HZ',
      'appenddirname',
      'appendfilename',
      'appendfsync',
      'appendonly',
      'bind',
      'maxmemory',
      'timeout',
    ])
  })

  it('takes a name without star, question mark or bracket for no pattern', () => {
    expect(new ConfigRegistry().match(['ma\\xmemory', '\\'])).toEqual([])
    expect(new ConfigRegistry().match(['maxm[e]mory'])).toEqual([['maxmemory', '0']])
  })

  it('shows hidden parameters only by their full names', () => {
    const config = new ConfigRegistry()
    expect(config.match(['debug*', 'key-load*', 'lua-enable*'])).toEqual([])
    expect(config.match(['debug-context'])).toEqual([['debug-context', '']])
    expect(config.match(['*']).length).toBe(238)
  })
})

describe('CONFIG SET of the registry', () => {
  it('sets several parameters at once', () => {
    const config = new ConfigRegistry()
    expect(
      config.set([
        ['MAXMEMORY', '5mb'],
        ['hz', '20'],
      ]),
    ).toBeUndefined()
    expect(config.parameter('maxmemory').value).toBe(5 * 1024 * 1024)
    expect(config.parameter('hz').value).toBe(20)
  })

  it('sets nothing when one of them is unknown, immutable, protected or given twice', () => {
    const config = new ConfigRegistry()
    const unknown = "ERR Unknown option or number of arguments for CONFIG SET - 'NoSuch'"
    expect(
      config.set([
        ['maxmemory', '1'],
        ['NoSuch', '1'],
        ['nosuch2', '1'],
      ]),
    ).toBe(unknown)
    const immutable = failed('databases', "can't set immutable config")
    expect(
      config.set([
        ['maxmemory', 'x'],
        ['databases', '20'],
      ]),
    ).toBe(immutable)
    expect(
      config.set([
        ['databases', '20'],
        ['nosuch', '2'],
      ]),
    ).toBe(immutable)
    expect(
      config.set([
        ['databases', '20'],
        ['databases', '30'],
      ]),
    ).toBe(immutable)
    const isProtected = failed('dir', "can't set protected config")
    expect(
      config.set([
        ['maxmemory', 'x'],
        ['dir', '/tmp'],
      ]),
    ).toBe(isProtected)
    expect(
      config.set([
        ['MaxMemory', '1'],
        ['maxMEMORY', '2'],
      ]),
    ).toBe(failed('maxMEMORY', 'duplicate parameter'))
    expect(config.get('maxmemory')).toBe('0')
  })

  it('takes an alias beside its parameter, and the later one wins', () => {
    const config = new ConfigRegistry()
    expect(
      config.set([
        ['replica-priority', '1'],
        ['slave-priority', '2'],
      ]),
    ).toBeUndefined()
    expect(config.get('replica-priority')).toBe('2')
  })

  it('puts back what it has set when a later value is refused, and names the parameter in lower case', () => {
    const config = new ConfigRegistry()
    config.set([['maxmemory', '5mb']])
    const reason = 'argument must be between 0 and 2147483647 inclusive'
    expect(
      config.set([
        ['maxmemory', '6mb'],
        ['Slave-Priority', '-1'],
      ]),
    ).toBe(failed('slave-priority', reason))
    expect(config.get('maxmemory')).toBe('5242880')
    expect(config.parameter('maxmemory').value).toBe(5242880)
  })

  it('allows protected parameters as enable-protected-configs says', () => {
    const everybody = new ConfigRegistry()
    everybody.load('enable-protected-configs', ['yes'])
    expect(everybody.set([['dir', '/tmp']])).toBeUndefined()
    const local = new ConfigRegistry()
    local.load('enable-protected-configs', ['LOCAL'])
    expect(local.set([['dir', '/tmp']], { local: true })).toBeUndefined()
    expect(local.set([['dir', '/x']], { local: false })).toBe(failed('dir', "can't set protected config"))
  })

  it('refuses some parameters while the dataset is loaded', () => {
    const config = new ConfigRegistry()
    const loading = 'LOADING Kvasir is loading the dataset in memory'
    expect(config.set([['appendonly', 'yes']], { loading: true })).toBe(loading)
    expect(config.set([['repl-diskless-load', 'swapdb']], { loading: true })).toBe(loading)
    expect(config.set([['hz', '20']], { loading: true })).toBeUndefined()
  })

  it('sets immutable parameters at start-up', () => {
    const config = new ConfigRegistry()
    expect(config.set([['databases', '20']], { startup: true })).toBeUndefined()
    expect(config.load('databases', ['30'])).toBeUndefined()
    expect(config.parameter('databases').value).toBe(30)
  })
})

describe('apply functions', () => {
  it('are called once the values are in place, and only for what changed', () => {
    const config = new ConfigRegistry()
    const calls: unknown[] = []
    config.onChange('maxmemory', (bytes, name) => {
      calls.push([name, bytes, config.parameter('hz').value])
    })
    config.set([
      ['maxmemory', '1kb'],
      ['hz', '20'],
    ])
    config.set([['maxmemory', '1024']])
    config.set([['hz', '30']])
    expect(calls).toEqual([['maxmemory', 1024, 20]])
  })

  it('are called until they are stopped, whatever else follows the parameters', () => {
    const config = new ConfigRegistry()
    const calls: unknown[] = []
    const stop = config.onChange(['timeout', 'hz'], (value) => void calls.push(value))
    config.onChange('timeout', () => void calls.push('other'))
    config.set([['timeout', '5']])
    stop()
    config.set([['timeout', '6']])
    config.set([['hz', '20']])
    expect(calls).toEqual([5, 'other', 'other'])
  })

  it('are called once for a group of parameters that were set together', () => {
    const config = new ConfigRegistry()
    let calls = 0
    config.onChange(['port', 'bind', 'tls-port'], () => {
      calls++
    })
    config.set([
      ['port', '7000'],
      ['bind', '127.0.0.1'],
    ])
    expect(calls).toBe(1)
    config.set([['tls-port', '7001']])
    expect(calls).toBe(2)
  })

  it('take everything back with a reason, and get the old values again', () => {
    const config = new ConfigRegistry()
    const applied: unknown[] = []
    config.onChange('maxmemory', (bytes) => {
      applied.push(bytes)
    })
    config.onChange('port', (port) => (port === 1 ? 'Unable to listen on this port. Check server logs.' : undefined))
    const reason = 'Unable to listen on this port. Check server logs.'
    expect(
      config.set([
        ['maxmemory', '1kb'],
        ['port', '1'],
        ['hz', '50'],
      ]),
    ).toBe(failed('port', reason))
    expect(applied).toEqual([1024, 0])
    expect([config.get('maxmemory'), config.get('port'), config.get('hz')]).toEqual(['0', '6379', '10'])
    expect(config.parameter('port').value).toBe(6379)
  })

  it('are called for directives at start-up, whose refusal is the reason alone', () => {
    const config = new ConfigRegistry()
    config.onChange('dir', () => 'No such file or directory')
    expect(config.load('dir', ['/nonexistent'])).toBe('No such file or directory')
  })

  it('can follow a value from the present one on', () => {
    const config = new ConfigRegistry()
    const seen: number[] = []
    config.follow('timeout', (seconds) => {
      seen.push(seconds)
    })
    config.set([['timeout', '3']])
    expect(seen).toEqual([0, 3])
  })

  it('come before followers, who hear of nothing that is refused', () => {
    const config = new ConfigRegistry()
    const seen: unknown[] = []
    const stop = config.onAccepted(['hz', 'timeout'], (value) => void seen.push(value))
    config.follow('maxmemory', (bytes) => void seen.push(bytes))
    config.onChange('maxmemory', () => void seen.push('applied'))
    config.onChange('port', () => 'no')
    const pairs = [
      ['maxmemory', '1kb'],
      ['timeout', '3'],
      ['hz', '20'],
    ] as const
    expect(config.set([...pairs, ['port', '1']])).toBe(failed('port', 'no'))
    expect(seen.splice(0)).toEqual([0, 'applied', 'applied'])
    expect(config.set(pairs)).toBeUndefined()
    expect(seen.splice(0)).toEqual(['applied', 20, 1024])
    stop()
    config.set([['hz', '30']])
    expect(seen).toEqual([])
  })

  it('are not called for values assigned from within', () => {
    const config = new ConfigRegistry()
    config.onChange('replicaof', () => 'never')
    config.assign('replicaof', { host: '127.0.0.1', port: 1 })
    expect(config.get('slaveof')).toBe('127.0.0.1 1')
  })
})

describe('start-up', () => {
  it('refuses unknown names and wrong counts of words', () => {
    const config = new ConfigRegistry()
    expect(config.load('nonsense', ['1'])).toBe('Bad directive or wrong number of arguments')
    expect(config.load('PORT', [])).toBe('wrong number of arguments')
    expect(config.load('port', ['1', '2'])).toBe('wrong number of arguments')
    expect(config.load('PORT', ['1'])).toBeUndefined()
    expect(config.get('port')).toBe('1')
  })

  it('tells what is set that Kvasir does not act on', () => {
    const config = new ConfigRegistry()
    config.load('save', [''])
    config.load('maxmemory', ['1gb'])
    config.load('appendonly', ['no'])
    expect(config.unsupported()).toEqual([])
    config.load('io-threads', ['4'])
    config.load('save', ['1', '2'])
    expect(config.unsupported().map(({ name, text }) => [name, text])).toEqual([
      ['io-threads', '4'],
      ['save', '1 2'],
    ])
  })
})

describe("modules' parameters", () => {
  const withModule = (): ConfigRegistry => {
    const config = new ConfigRegistry()
    config.defineModuleParameter('demo.Window', { type: 'integer', summary: 'ms', default: 5, min: 1, max: 10 })
    config.defineModuleParameter('demo.size', { type: 'integer', summary: 'bytes', default: 1024, memory: true })
    config.defineModuleParameter('demo.on', { type: 'boolean', summary: 'on', default: false, immutable: true })
    config.defineModuleParameter('demo.name', { type: 'text', summary: 'name', default: 'K\u00f8benhavn' })
    config.defineModuleParameter('demo.mode', { type: 'enum', summary: 'm', default: 'a', values: ['a', 'B'] })
    return config
  }

  it('are read as JavaScript values, text as UTF-8', () => {
    const config = withModule()
    const names = ['demo.window', 'demo.SIZE', 'demo.on', 'demo.name', 'demo.mode']
    expect(names.map((name) => config.value(name))).toEqual([5, 1024, false, 'K\u00f8benhavn', 'a'])
    expect(config.get('demo.name')).toBe('K\xc3\xb8benhavn')
    expect(config.value('maxmemory-policy')).toBe('noeviction')
    expect(config.value('save')).toBe('3600 1 300 100 60 10000')
    expect(() => config.value('demo.none')).toThrow("there is no configuration parameter 'demo.none'")
  })

  it('are set and refused as the core ones are', () => {
    const config = withModule()
    expect(
      config.set([
        ['demo.window', '7'],
        ['demo.size', '2mb'],
        ['demo.mode', 'b'],
      ]),
    ).toBeUndefined()
    expect([config.value('demo.window'), config.value('demo.size'), config.value('demo.mode')]).toEqual([
      7,
      2097152,
      'B',
    ])
    const range = 'argument must be between 1 and 10 inclusive'
    expect(config.set([['demo.window', '11']])).toBe(failed('demo.window', range))
    expect(config.set([['demo.on', 'yes']])).toBe(failed('demo.on', "can't set immutable config"))
    expect(config.match(['demo.*']).length).toBe(5)
  })

  it('go with their module', () => {
    const config = withModule()
    config.undefine('demo.Window')
    expect(config.get('demo.window')).toBeUndefined()
    config.defineModuleParameter('demo.window', { type: 'boolean', summary: 'other', default: true })
    expect(config.value('demo.window')).toBe(true)
  })

  it('cannot take a name that there is', () => {
    const define = (): void =>
      withModule().defineModuleParameter('DEMO.size', { type: 'boolean', summary: '', default: true })
    expect(define).toThrow('configuration parameter demo.size is defined already')
  })
})
