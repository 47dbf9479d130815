import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { PARAMETERS } from './parameters.ts'
import { ConfigRegistry } from './registry.ts'

/** What Valkey did with every one of its parameters: reply -> the words or texts that get it. */
interface Observed {
  readonly defaults: Readonly<Record<string, string>>
  readonly startup: readonly Group[]
  readonly set: readonly Group[]
}

interface Group {
  readonly parameters: readonly string[]
  readonly replies: Readonly<Record<string, readonly string[]>>
}

const observed = JSON.parse(readFileSync(new URL('./parameters.test.json', import.meta.url), 'utf8')) as Observed

/** Where Kvasir differs on purpose; Valkey has no default for `dir`. */
const OWN_NAMES = ['dir', 'module-handler-log-slower-than']
const OWN_DEFAULTS: Readonly<Record<string, string>> = { 'syslog-ident': 'kvasir' }
/** Valkey says nothing while it reads the configuration, and ends later. */
const REFUSED_EARLIER: ReadonlySet<string> = new Set(['locale-collate'])

function registry(): ConfigRegistry {
  const config = new ConfigRegistry()
  config.load('enable-protected-configs', ['yes'])
  return config
}

/** What CONFIG SET answers, in the words of the file. */
function outcome(config: ConfigRegistry, name: string, text: string): string {
  const error = config.set([[name, text]])
  if (error !== undefined) {
    const prefix = `ERR CONFIG SET failed (possibly related to argument '${name}') - `
    expect(error.startsWith(prefix)).toBe(true)
    return error.slice(prefix.length)
  }
  const shown = config.get(name)
  return shown === text ? '(as given)' : `= ${shown}`
}

describe('the parameters', () => {
  it('have every name that Valkey has, and its defaults', () => {
    const config = new ConfigRegistry()
    for (const [name, text] of Object.entries(observed.defaults)) {
      expect([name, config.get(name)]).toEqual([name, OWN_DEFAULTS[name] ?? text])
    }
  })

  it('are no others than those that Valkey has', () => {
    const names = new Set([...Object.keys(observed.defaults), ...OWN_NAMES])
    expect(Object.keys(PARAMETERS).filter((name) => !names.has(name))).toEqual([])
  })

  it('take and refuse at start-up what Valkey does, with its reasons', () => {
    for (const { parameters, replies } of observed.startup) {
      for (const name of parameters) {
        if (REFUSED_EARLIER.has(name)) continue
        for (const [reply, lines] of Object.entries(replies)) {
          for (const line of lines) {
            const words = line === '' ? [] : line.split(' ')
            const reason = new ConfigRegistry().load(name, words) ?? 'OK'
            expect(`${name} ${line}: ${reason}`).toBe(`${name} ${line}: ${reply}`)
          }
        }
      }
    }
  })

  it('take and refuse in CONFIG SET what Valkey does, with its reasons, and are shown in its form', () => {
    for (const { parameters, replies } of observed.set) {
      for (const name of parameters) {
        for (const [reply, texts] of Object.entries(replies)) {
          for (const text of texts) {
            expect(`${name} ${text}: ${outcome(registry(), name, text)}`).toBe(`${name} ${text}: ${reply}`)
          }
        }
      }
    }
  })

  it('leave those of Redis behind that are deprecated, when they have one word', () => {
    const config = new ConfigRegistry()
    expect(config.load('io-threads-do-reads', ['yes'])).toBeUndefined()
    expect(config.load('dynamic-hz', ['a b'])).toBeUndefined()
    expect(config.load('dynamic-hz', ['a', 'b'])).toBe('Bad directive or wrong number of arguments')
    expect(config.load('dynamic-hz', [])).toBe('Bad directive or wrong number of arguments')
    expect(config.get('dynamic-hz')).toBeUndefined()
    expect(config.set([['dynamic-hz', 'yes']])).toBe(
      "ERR Unknown option or number of arguments for CONFIG SET - 'dynamic-hz'",
    )
  })
})

/** CONFIG SET of each text in turn, on one server; what CONFIG GET shows then; and the reason of a refusal. */
function expectSets(name: string, rows: readonly (readonly [text: string, shown: string, reason?: string])[]): void {
  const config = registry()
  for (const [text, shown, reason] of rows) {
    const error = config.set([[name, text]])
    const expected =
      reason === undefined ? undefined : `ERR CONFIG SET failed (possibly related to argument '${name}') - ${reason}`
    expect([text, error, config.get(name)]).toEqual([text, expected, shown])
  }
}

describe('memory', () => {
  it('has units, of which those with a b count in 1024', () => {
    expectSets('maxmemory', [
      ['1b', '1'],
      ['1K', '1000'],
      ['1Kb', '1024'],
      ['1m', '1000000'],
      ['1mb', '1048576'],
      ['1g', '1000000000'],
      ['1gB', '1073741824'],
      ['k', '0'],
      ['', '0'],
      ['01', '1'],
      [`${'0'.repeat(126)}1`, '1'],
      [`${'0'.repeat(127)}1`, '1', 'argument must be a memory value'],
    ])
  })

  it('refuses other units, signs, fractions and space', () => {
    for (const text of ['1t', '1tb', '1kbb', '-1', '-1kb', '+1', '1.5gb', ' 1', '1 ', '1 kb', '0x10']) {
      expectSets('maxmemory', [[text, '0', 'argument must be a memory value']])
    }
  })

  it('is exact up to 2^64 - 1', () => {
    expectSets('maxmemory', [
      ['18446744073709551615', '18446744073709551615'],
      ['18446744073709551616', '18446744073709551615', 'argument must be a memory value'],
      ['17179869183gb', '18446744072635809792'],
      ['9007199254740993', '9007199254740993'],
    ])
  })

  it('refuses a number of units beyond 2^64 - 1, where Valkey lets it wrap around to 0', () => {
    expectSets('maxmemory', [['17179869184gb', '0', 'argument must be a memory value']])
  })

  it('may be negative where -1 means something, but then has no unit', () => {
    const reason = 'argument must be between -1 and 9223372036854775807 inclusive'
    expectSets('slot-migration-max-failover-repl-bytes', [
      ['1k', '1000'],
      ['-1', '-1'],
      ['-1kb', '-1', 'argument must be a memory value'],
      ['-2', '-1', reason],
      ['9223372036854775807', '9223372036854775807'],
      ['9223372036854775808', '9223372036854775807', reason],
    ])
  })

  it('may be a percentage of at most 100, as a negative number', () => {
    const wrong = 'argument must be a memory or percent value'
    const tooMuch = 'percentage argument must be less or equal to 100'
    expectSets('maxmemory-clients', [
      ['1%', '1%'],
      ['0%', '0'],
      ['100%', '100%'],
      ['101%', '100%', tooMuch],
      ['-1%', '100%', wrong],
      ['%', '100%', wrong],
      ['1.5%', '100%', wrong],
      ['05%', '100%', wrong],
      ['1kb%', '100%', wrong],
      ['1gb', '1073741824'],
      ['9223372036854775807', '9223372036854775807'],
    ])
    const config = registry()
    config.set([['maxmemory-clients', '5%']])
    expect(config.parameter('maxmemory-clients').value).toBe(-5)
  })
})

describe('locale-collate', () => {
  it('is C, or a language with its country', () => {
    const wrong = 'Invalid locale name'
    expectSets('locale-collate', [
      ['C.utf8', 'C.utf8'],
      ['POSIX', 'POSIX'],
      ['xx', 'POSIX', wrong],
      ['xx.UTF-8', 'POSIX', wrong],
      ['en_US.UTF-8', 'en_US.UTF-8'],
      ['', ''],
    ])
  })
})

describe('save', () => {
  const wrong = 'Invalid save parameters'
  it('takes pairs of seconds and changes, with one space between', () => {
    expectSets('save', [
      ['', ''],
      ['1 2', '1 2'],
      ['1', '1 2', wrong],
      ['1 2 3', '1 2', wrong],
      ['0 1', '1 2', wrong],
      ['1 -1', '1 2', wrong],
      ['abc 1', '1 2', wrong],
      ['1 1.5', '1 2', wrong],
      ['900 1 300 10', '900 1 300 10'],
      ['1  2', '900 1 300 10', wrong],
      ['60 1 ', '900 1 300 10', wrong],
      [' 1 2', '900 1 300 10', wrong],
      ['1\t2', '900 1 300 10', wrong],
      ['99999999999 1', '99999999999 1'],
      ['1 0', '1 0'],
      ['+5 1', '5 1'],
      ['""', '5 1', wrong],
    ])
  })

  it('refuses more than 2^31 - 1 changes, which Valkey would cut, and more than 2^53 seconds', () => {
    expectSets('save', [['60 ', '60 0']])
    expectSets('save', [
      ['1 2147483648', '3600 1 300 100 60 10000', wrong],
      ['9007199254740992 1', '3600 1 300 100 60 10000', wrong],
    ])
  })

  it('adds up over the directives of a start-up, from the first on; an empty one takes them all back', () => {
    const config = new ConfigRegistry()
    config.load('save', ['1', '2'])
    config.load('save', ['3 4'])
    expect(config.get('save')).toBe('1 2 3 4')
    config.load('save', [''])
    expect(config.get('save')).toBe('')
    config.load('save', ['  9   9 '])
    expect(config.get('save')).toBe('9 9')
    expect(config.parameter('save').value).toEqual([{ seconds: 9, changes: 9 }])
    config.load('save', [])
    expect(config.get('save')).toBe('')
  })
})

describe('client-output-buffer-limit', () => {
  const others = 'slave 268435456 67108864 60 pubsub 33554432 8388608 60'
  it('changes the classes named and says slave for replica', () => {
    expectSets('client-output-buffer-limit', [
      ['', `normal 0 0 0 ${others}`],
      ['NORMAL 10 20 30', `normal 10 20 30 ${others}`],
      ['slave 1mb 2mb 3', 'normal 10 20 30 slave 1048576 2097152 3 pubsub 33554432 8388608 60'],
      ['replica 1 1 1 pubsub 2 2 2', 'normal 10 20 30 slave 1 1 1 pubsub 2 2 2'],
      ['normal 1 1 1 normal 2 2 2', 'normal 2 2 2 slave 1 1 1 pubsub 2 2 2'],
    ])
  })

  it('refuses other classes, counts and sizes, and then changes none', () => {
    const before = `normal 0 0 0 ${others}`
    const count = 'Wrong number of arguments in buffer limit configuration.'
    const name = 'Invalid client class specified in buffer limit configuration.'
    const size = 'Error in hard, soft or soft_seconds setting in buffer limit configuration.'
    expectSets('client-output-buffer-limit', [
      ['normal 1 2', before, count],
      ['normal 1 2 3 4', before, count],
      ['normal  1 2 3', before, count],
      ['foo 1 2 3', before, name],
      ['master 1 2 3', before, name],
      ['normal 1 1 1 bad 1 1 1', before, name],
      ['normal x 0 0', before, size],
      ['normal 1 x 0', before, size],
      ['normal 1 1 x', before, size],
      ['normal 1 1 -1', before, size],
      ['normal -1 1 1', before, size],
      ['normal 1 1 1.5', before, size],
      ['normal 1gbb 0 0', before, size],
      ['normal 1 1 9223372036854775807', before, size],
    ])
  })
})

describe('the other parameters of many words', () => {
  it('latency-tracking-info-percentiles: numbers from 0 to 100, shown with six digits', () => {
    const wrong = 'Invalid latency-tracking-info-percentiles parameters'
    const range = 'latency-tracking-info-percentiles parameters should sit between [0.0,100.0]'
    expectSets('latency-tracking-info-percentiles', [
      ['', ''],
      ['0', '0'],
      ['100', '100'],
      ['100.1', '100', range],
      ['-1', '100', range],
      ['inf', '100', range],
      ['50.123456789 1e1', '50.123457 10'],
      ['99 50', '99 50'],
      ['50 x', '99 50', wrong],
      ['  5', '99 50', wrong],
      ['0x10', '99 50', wrong],
      ['nan', '99 50', wrong],
      ['1e-5', '0.00001'],
      ['50.10', '50.1'],
      ['.5 +1 1.', '0.5 1 1'],
    ])
  })

  it('oom-score-adj-values: three numbers within 2000', () => {
    const range = 'Invalid oom-score-adj-values, elements must be between -2000 and 2000.'
    expectSets('oom-score-adj-values', [
      ['', '0 200 800', 'wrong number of arguments'],
      ['0 0', '0 200 800', 'wrong number of arguments'],
      ['1 2 3 4', '0 200 800', 'wrong number of arguments'],
      ['1  2 3', '0 200 800', 'wrong number of arguments'],
      ['-2000 0 2000', '-2000 0 2000'],
      ['-2001 0 0', '-2000 0 2000', range],
      ['0 0 2001', '-2000 0 2000', range],
      ['1 2 x', '-2000 0 2000', range],
      ['1.5 2 3', '-2000 0 2000', range],
    ])
  })

  it('bind: at most sixteen addresses', () => {
    expectSets('bind', [
      ['127.0.0.1 -::1', '127.0.0.1 -::1'],
      ['', ''],
      [Array(17).fill('127.0.0.1').join(' '), '', 'Too many bind addresses specified.'],
    ])
  })

  it('shutdown-on-sigint: any of its words, in one order', () => {
    const wrong = 'argument(s) must be one of the following: default, save, nosave, now, force, safe, failover'
    expectSets('shutdown-on-sigint', [
      ['SAVE', 'save'],
      ['now save', 'save now'],
      ['default now', 'now'],
      ['now force safe save', 'save now force safe'],
      ['save nosave', 'save now force safe', "shutdown options SAVE and NOSAVE can't be used simultaneously"],
      ['save  now', 'save now force safe', wrong],
      ['safe,force', 'save now force safe', wrong],
      ['', 'save now force safe', wrong],
      ['default', 'default'],
    ])
  })

  it('replicaof: a host and a port, or no one', () => {
    const config = new ConfigRegistry()
    expect(config.load('slaveof', ['h'])).toBe('wrong number of arguments')
    expect(config.load('replicaof', ['h', '1', '2'])).toBe('wrong number of arguments')
    expect(config.load('replicaof', ['h', 'x'])).toBe('Invalid primary port')
    expect(config.load('replicaof', ['h', '-1'])).toBe('Invalid primary port')
    expect(config.load('replicaof', ['h', '65536'])).toBe('Invalid primary port')
    expect(config.load('replicaof', [' h   5 '])).toBeUndefined()
    expect(config.get('slaveof')).toBe('h 5')
    expect(config.parameter('replicaof').value).toEqual({ host: 'h', port: 5 })
    expect(config.load('replicaof', ['NO', 'ONE'])).toBeUndefined()
    expect(config.parameter('replicaof').value).toBeUndefined()
  })
})

describe('other forms', () => {
  it('notify-keyspace-events: letters, shown in one order', () => {
    const wrong = "Invalid event class character. Use 'Ag$lshzxeKEtmdn'."
    expectSets('notify-keyspace-events', [
      ['KEA', 'AKE'],
      ['', ''],
      ['KEg$lshzxetdm', 'AKEm'],
      ['g$lshzxetd', 'A'],
      ['ndtexzhsl$mEK', '$lshzxetdnKEm'],
      ['K K', '$lshzxetdnKEm', wrong],
      ['kea', '$lshzxetdnKEm', wrong],
      ['KEo', '$lshzxetdnKEm', wrong],
    ])
  })

  it('notify-keyspace-events keeps n beside A, which Valkey forgets to show', () => {
    expectSets('notify-keyspace-events', [['KEAmn', 'AnKEm']])
  })

  it('integers have one form, without plus or leading zeros', () => {
    for (const text of ['-0', '007', '0x1', '1e3', '10.0', '', ' 1', '1 ', '99999999999999999999']) {
      expectSets('hz', [[text, '10', "argument couldn't be parsed into an integer"]])
    }
  })

  it('hz and repl-backlog-size move to the nearest value that makes sense', () => {
    expectSets('hz', [
      ['0', '1'],
      ['501', '500'],
      ['2147483648', '500', 'argument must be between 0 and 2147483647 inclusive'],
    ])
    expectSets('repl-backlog-size', [['1', '16384']])
  })

  it('yes and no may be in any case, and so may words of an enumeration', () => {
    expectSets('appendonly', [
      ['YES', 'yes'],
      ['nO', 'no'],
      ['true', 'no', "argument must be 'yes' or 'no'"],
      [' yes', 'no', "argument must be 'yes' or 'no'"],
    ])
    expectSets('maxmemory-policy', [['ALLKEYS-LRU', 'allkeys-lru']])
    expectSets('tls-auth-clients-user', [['cn', 'CN']])
  })

  it('unixsocketperm is octal', () => {
    const config = new ConfigRegistry()
    for (const word of ['999', '8', '0o7', '7 ']) {
      expect(config.load('unixsocketperm', [word])).toBe("argument couldn't be parsed as an octal number")
    }
    for (const word of ['7777', '1777', '-1']) {
      expect(config.load('unixsocketperm', [word])).toBe('argument must be between 0 and 777 inclusive')
    }
    for (const word of ['0777', ' 7', '+7', '']) expect(config.load('unixsocketperm', [word])).toBeUndefined()
    config.load('unixsocketperm', ['0755'])
    expect(config.get('unixsocketperm')).toBe('755')
    expect(config.parameter('unixsocketperm').value).toBe(0o755)
  })

  it('names of files are no paths', () => {
    const config = registry()
    const failed = (name: string, text: string): string | undefined => config.load(name, [text])
    for (const path of ['a/b', 'a\\b', 'a\0b']) {
      expect(failed('dbfilename', path)).toBe("dbfilename can't be a path, just a filename")
    }
    expect(failed('dbfilename', '')).toBe("dbfilename can't be empty")
    expect(failed('appenddirname', 'a/b')).toBe("appenddirname can't be a path, just a dirname")
    expect(failed('appendfilename', '')).toBe("appendfilename can't be empty")
    expect(failed('cluster-config-file', '')).toBe("cluster-config-file can't be empty")
    expect(failed('dir', '')).toBe("dir can't be empty")
    expect(failed('hash-seed', 'x'.repeat(256))).toBeUndefined()
    expect(failed('hash-seed', 'x'.repeat(257))).toBe('hash-seed must be less than or equal to 256 characters')
  })

  it('addresses and names of a cluster node have the characters and lengths that Valkey allows', () => {
    const config = registry()
    const set = (name: string, text: string): boolean => config.set([[name, text]]) === undefined
    const taken = ['::1', '::', '1:2:3:4:5:6:7:8', '::ffff:1.2.3.4', '1:2:3:4:5:6:7::', '1:2:3:4:5:6:1.2.3.4', '']
    const refused = [
      '1.2.3.4',
      'fe80::1%eth0',
      '1::2::3',
      '12345::',
      '1:2:3:4:5:1.2.3.4',
      ':::',
      '1:',
      '1.2.3.4::',
      ':',
    ]
    expect(taken.filter((text) => !set('cluster-announce-client-ipv6', text))).toEqual([])
    expect(refused.filter((text) => set('cluster-announce-client-ipv6', text))).toEqual([])
    expect(['1.2.3.4', ''].filter((text) => !set('cluster-announce-client-ipv4', text))).toEqual([])
    expect(
      ['01.2.3.4', '256.1.1.1', '1.2.3', ' 1.2.3.4'].filter((t) => set('cluster-announce-client-ipv4', t)),
    ).toEqual([])
    expect(['host', 'a_b', '\xc3\xa9', 'x'.repeat(45)].filter((text) => !set('cluster-announce-ip', text))).toEqual([])
    expect(['a b', 'a,b', 'a@b', 'a\nb', 'x'.repeat(46)].filter((text) => set('cluster-announce-ip', text))).toEqual([])
    expect(['a.b-c', 'x'.repeat(255)].filter((text) => !set('cluster-announce-hostname', text))).toEqual([])
    expect(['a_b', 'a b', 'x'.repeat(256)].filter((text) => set('cluster-announce-hostname', text))).toEqual([])
  })

  it('proc-title-template has variables that exist', () => {
    const reason = 'template format is invalid or contains unknown variables'
    const initial = '{title} {listen-addr} {server-mode}'
    for (const text of ['{bad}', '{title', '', '{ title }', '{', '{}', '{PORT}', 'a{b', ' ', '{title} {server-mode}']) {
      expectSets('proc-title-template', [[text, initial, reason]])
    }
    for (const text of ['{title} x', '}', '{{title}}', '{port} {tls-port} {unixsocket} {config-file}', '{title}}']) {
      expectSets('proc-title-template', [[text, text]])
    }
  })
})
