import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'
import { boxModule } from './_test-box.ts'

const INVALID = (command: string): string => `(error) ERR invalid expire time in '${command}' command`
const NOT_INTEGER = '(error) ERR value is not an integer or out of range'
const TIME_MAX_MS = 2 ** 48 - 1

let server: TestEngine
const run = (line: string): string => server.client.run(line)
const both = (...words: string[]): string[] => {
  const replies = [server.client.raw(...words)]
  server.client.session.resp = 3
  replies.push(server.client.raw(...words))
  server.client.session.resp = 2
  return replies
}

beforeEach(() => {
  server = startTestEngine([boxModule([])])
})

describe.each(['DEL', 'UNLINK'])('DEL and UNLINK: %s', (name) => {
  it('deletes keys of any type, and tells of those that there were', () => {
    run('SET a v')
    run('SET b v PX 5000')
    run('BOX.SET c 1')
    server.events()
    expect(run(`${name} a none b c a`)).toBe('(integer) 3')
    expect(server.events()).toEqual(['del a 0', 'del b 0', 'del c 0'])
    expect([run('DBSIZE'), server.engine.db(0).wheel.size]).toEqual(['(integer) 0', 0])
  })

  it('does not count a key whose time is over, nor a miss', () => {
    run('SET a v PX 10')
    server.clock.now += 10
    server.events()
    expect(run(`${name} a`)).toBe('(integer) 0')
    expect(server.events()).toEqual(['expired a 0'])
    expect(run(name)).toBe(`(error) ERR wrong number of arguments for '${name.toLowerCase()}' command`)
  })
})

describe('EXISTS', () => {
  it('counts keys as often as they are given, and tells of misses', () => {
    run('SET a v')
    run('SET b v PX 10')
    server.clock.now += 10
    server.events()
    expect(run('EXISTS a b none a')).toBe('(integer) 2')
    expect(server.events()).toEqual(['expired b 0', 'keymiss b 0', 'keymiss none 0'])
    expect([server.engine.stats.keyspaceHits, server.engine.stats.keyspaceMisses]).toEqual([2, 2])
    expect(run('EXISTS')).toBe("(error) ERR wrong number of arguments for 'exists' command")
  })
})

describe('TYPE', () => {
  it('names the type of any value', () => {
    run('SET a v')
    run('BOX.SET b 1')
    expect(both('TYPE', 'a')).toEqual(['+string\r\n', '+string\r\n'])
    expect([run('TYPE b'), run('TYPE none')]).toEqual(['box', 'none'])
    expect(run('TYPE')).toBe("(error) ERR wrong number of arguments for 'type' command")
  })
})

describe('TOUCH', () => {
  it('notes an access and counts keys, even for a client that asked for no touching', () => {
    run('SET a v')
    server.clock.advance(5000)
    expect([run('EXISTS a'), run('TYPE a'), run('TTL a'), run('OBJECT IDLETIME a')]).toEqual([
      '(integer) 1',
      'string',
      '(integer) -1',
      '(integer) 5',
    ])
    server.client.session.noTouch = true
    run('GET a')
    expect(run('OBJECT IDLETIME a')).toBe('(integer) 5')
    expect(run('TOUCH a none a')).toBe('(integer) 2')
    expect(run('OBJECT IDLETIME a')).toBe('(integer) 0')
    expect(run('TOUCH')).toBe("(error) ERR wrong number of arguments for 'touch' command")
  })
})

describe('RANDOMKEY', () => {
  it('returns every key sooner or later, and none whose time is over', () => {
    for (const key of ['a', 'b', 'c']) run(`SET ${key} v`)
    for (let i = 0; i < 300; i++) run(`SET old:${i} v PX 10`)
    server.clock.now += 10
    const seen = new Set<string>()
    for (let i = 0; i < 100; i++) seen.add(run('RANDOMKEY'))
    expect([...seen].sort()).toEqual(['a', 'b', 'c'])
  })

  it('returns nil when there is none, in the form of each protocol', () => {
    expect(both('RANDOMKEY')).toEqual(['$-1\r\n', '_\r\n'])
    for (let i = 0; i < 200; i++) run(`SET old:${i} v PX 10`)
    server.clock.now += 10
    expect(run('RANDOMKEY')).toBe('(nil)')
    expect(run('DBSIZE')).toBe('(integer) 0')
  })
})

describe('EXPIRE, PEXPIRE, EXPIREAT and PEXPIREAT', () => {
  const now = 1_700_000_000_000
  const times = [
    ['EXPIRE', '100', 100_000],
    ['PEXPIRE', '1234', 1234],
    ['EXPIREAT', String(now / 1000 + 7), 7000],
    ['PEXPIREAT', String(now + 321), 321],
  ] as const

  it.each(times)('%s sets the time, and tells of it', (name, argument, ttlMs) => {
    run('SET a v')
    server.events()
    expect(run(`${name} a ${argument}`)).toBe('(integer) 1')
    expect(server.events()).toEqual(['expire a 0'])
    expect(run('PTTL a')).toBe(`(integer) ${ttlMs}`)
    expect(run(`${name} none ${argument}`)).toBe('(integer) 0')
    server.clock.now += ttlMs - 1
    expect(run('GET a')).toBe('v')
    server.clock.now += 1
    expect(run('GET a')).toBe('(nil)')
  })

  it.each(['EXPIRE', 'PEXPIRE', 'EXPIREAT', 'PEXPIREAT'])('%s with a time that is over deletes the key', (name) => {
    for (const [i, time] of ['0', '-1', '-1000', '-9223372036854775'].entries()) {
      run('SET a v')
      server.events()
      expect(run(`${name} a ${time}`)).toBe('(integer) 1')
      expect(server.events()).toEqual(['expired a 0'])
      expect(run('DBSIZE')).toBe('(integer) 0')
      expect(server.engine.stats.expiredKeys).toBe(i + 1)
    }
    expect(run(`${name} a -1`)).toBe('(integer) 0')
  })

  it('refuse what is no whole number of 64 bits', () => {
    run('SET a v')
    for (const [name] of times) {
      for (const time of ['x', '1.0', '01', '+1', '1e3', '9223372036854775808', '-9223372036854775809']) {
        expect(run(`${name} a ${time}`)).toBe(NOT_INTEGER)
      }
      expect(server.client.raw(name, 'a', '')).toBe(`-${NOT_INTEGER.slice(8)}\r\n`)
    }
  })

  it('refuse times beyond 64 bits of milliseconds, before they look for the key', () => {
    for (const time of ['9223372036854775807', '9223372036854776', '-9223372036854775808', '-9223372036854776']) {
      expect(run(`EXPIRE none ${time}`)).toBe(INVALID('expire'))
      expect(run(`EXPIREAT none ${time}`)).toBe(INVALID('expireat'))
    }
    // 2^63 - 1 - now, in seconds and in milliseconds.
    expect(run('EXPIRE none 9223370336854776')).toBe(INVALID('expire'))
    expect(run('EXPIRE none 9223370336854775')).toBe('(integer) 0')
    expect(run('PEXPIRE none 9223370336854775808')).toBe(INVALID('pexpire'))
    expect(run('PEXPIRE none 9223370336854775807')).toBe('(integer) 0')
    expect(run('PEXPIREAT none 9223372036854775807')).toBe('(integer) 0')
    for (const name of ['PEXPIRE', 'PEXPIREAT']) expect(run(`${name} none -9223372036854775808`)).toBe('(integer) 0')
  })

  it('keep times beyond the year 10889 as the last moment of what they can hold', () => {
    run('SET a v')
    for (const line of [
      'EXPIRE a 9223370336854775',
      'EXPIREAT a 281474976711',
      'PEXPIRE a 9223370336854775807',
      'PEXPIREAT a 9223372036854775807',
      `PEXPIREAT a ${TIME_MAX_MS}`,
    ]) {
      expect(run(line)).toBe('(integer) 1')
      expect(run('PEXPIRETIME a')).toBe(`(integer) ${TIME_MAX_MS}`)
    }
    expect(run(`PEXPIREAT a ${TIME_MAX_MS - 1}`)).toBe('(integer) 1')
    expect(run('PEXPIRETIME a')).toBe(`(integer) ${TIME_MAX_MS - 1}`)
    expect(run('PTTL a')).toBe(`(integer) ${TIME_MAX_MS - 1 - now}`)
  })

  it.each([
    ['EXPIRE', 2147483647],
    ['EXPIRE', 2147483648],
    ['EXPIRE', 4294967296],
    ['PEXPIRE', 4294967296],
    ['PEXPIRE', 4398046511104],
    ['PEXPIRE', 9007199254],
  ] as const)('%s counts %i exactly', (name, time) => {
    run('SET a v')
    run(`${name} a ${time}`)
    expect(run('PEXPIRETIME a')).toBe(`(integer) ${now + time * (name === 'EXPIRE' ? 1000 : 1)}`)
  })

  it('set it under conditions: a key without one counts as one that lives for ever', () => {
    const set = (line: string) => {
      const reply = run(line)
      return [reply, run('PTTL a')]
    }
    run('SET a v')
    expect(set('PEXPIRE a 5000 XX')).toEqual(['(integer) 0', '(integer) -1'])
    expect(set('PEXPIRE a 5000 GT')).toEqual(['(integer) 0', '(integer) -1'])
    expect(set('PEXPIRE a 5000 xx lt')).toEqual(['(integer) 0', '(integer) -1'])
    expect(set('PEXPIRE a 5000 LT')).toEqual(['(integer) 1', '(integer) 5000'])
    expect(set('PEXPIRE a 6000 NX')).toEqual(['(integer) 0', '(integer) 5000'])
    expect(set('PEXPIRE a 5000 GT')).toEqual(['(integer) 0', '(integer) 5000'])
    expect(set('PEXPIRE a 5000 LT')).toEqual(['(integer) 0', '(integer) 5000'])
    expect(set('PEXPIRE a 5001 GT')).toEqual(['(integer) 1', '(integer) 5001'])
    expect(set('PEXPIRE a 5000 XX LT')).toEqual(['(integer) 1', '(integer) 5000'])
    expect(set('PEXPIRE a 9000 gt XX gt')).toEqual(['(integer) 1', '(integer) 9000'])
    expect(set('PERSIST a')).toEqual(['(integer) 1', '(integer) -1'])
    expect(set('PEXPIRE a 100 NX NX')).toEqual(['(integer) 1', '(integer) 100'])
    expect(set('EXPIRE a -1 GT')).toEqual(['(integer) 0', '(integer) 100'])
    expect(set('EXPIRE a -1 LT')).toEqual(['(integer) 1', '(integer) -2'])
  })

  it('refuse conditions that exclude one another or that they do not know, before they read the time', () => {
    for (const [name] of times) {
      for (const options of ['NX XX', 'NX GT', 'LT NX', 'XX NX GT LT']) {
        expect(run(`${name} a x ${options}`)).toBe(
          '(error) ERR NX and XX, GT or LT options at the same time are not compatible',
        )
      }
      expect(run(`${name} a x GT XX LT`)).toBe('(error) ERR GT and LT options at the same time are not compatible')
      expect(run(`${name} a x NX XX Foo`)).toBe('(error) ERR Unsupported option Foo')
      expect(run(`${name} a`)).toBe(`(error) ERR wrong number of arguments for '${name.toLowerCase()}' command`)
    }
    expect(server.client.raw('EXPIRE', 'a', '1', 'x\r\n+y\0z')).toBe('-ERR Unsupported option x  +y\r\n')
  })

  it('keep values of every length', () => {
    for (const length of [0, 255, 256, 16_000, 16_352, 16_353, 50_000]) {
      server.client.raw('SET', 'a', 'v'.repeat(length))
      run('EXPIRE a 100')
      run('EXPIRE a 200')
      run('PERSIST a')
      run('EXPIRE a 300')
      expect(server.client.raw('GET', 'a')).toBe(`$${length}\r\n${'v'.repeat(length)}\r\n`)
    }
  })
})

describe('TTL, PTTL, EXPIRETIME and PEXPIRETIME', () => {
  it('answer in their units, seconds rounded', () => {
    run('SET a v PXAT 1700000012499')
    expect(['TTL', 'PTTL', 'EXPIRETIME', 'PEXPIRETIME'].map((name) => run(`${name} a`))).toEqual([
      '(integer) 12',
      '(integer) 12499',
      '(integer) 1700000012',
      '(integer) 1700000012499',
    ])
    run('PEXPIREAT a 1700000012500')
    expect([run('TTL a'), run('EXPIRETIME a')]).toEqual(['(integer) 13', '(integer) 1700000013'])
    run('PEXPIRE a 499')
    expect(run('TTL a')).toBe('(integer) 0')
  })

  it.each(['TTL', 'PTTL', 'EXPIRETIME', 'PEXPIRETIME'])('%s tells a key that lives for ever from none', (name) => {
    run('SET a v')
    run('SET b v PX 10')
    server.clock.now += 10
    server.events()
    expect([run(`${name} a`), run(`${name} b`), run(`${name} none`)]).toEqual([
      '(integer) -1',
      '(integer) -2',
      '(integer) -2',
    ])
    expect(server.events()).toEqual(['expired b 0', 'keymiss b 0', 'keymiss none 0'])
    expect(run(name)).toBe(`(error) ERR wrong number of arguments for '${name.toLowerCase()}' command`)
  })
})

describe('PERSIST', () => {
  it('lets a key live for ever, and tells of it', () => {
    run('SET a v PX 10')
    server.events()
    expect([run('PERSIST a'), run('PERSIST a'), run('PERSIST none')]).toEqual([
      '(integer) 1',
      '(integer) 0',
      '(integer) 0',
    ])
    expect(server.events()).toEqual(['persist a 0'])
    server.clock.advance(1000)
    expect([run('GET a'), server.engine.db(0).wheel.size]).toEqual(['v', 0])
    expect(run('PERSIST')).toBe("(error) ERR wrong number of arguments for 'persist' command")
  })
})

describe('OBJECT', () => {
  it('OBJECT ENCODING says what Valkey would use', () => {
    run('SET a 123')
    expect(run('OBJECT ENCODING a')).toBe('int')
    run('SET a 0123')
    expect(run('OBJECT ENCODING a')).toBe('embstr')
    for (const [key, length, options, encoding] of [
      ['k', 112, '', 'embstr'],
      ['k', 113, '', 'raw'],
      ['k', 104, 'PX 1000', 'embstr'],
      ['k', 105, 'PX 1000', 'raw'],
      ['k'.repeat(31), 82, '', 'embstr'],
      ['k'.repeat(32), 79, '', 'embstr'],
      ['k'.repeat(32), 80, '', 'raw'],
    ] as const) {
      run(`SET ${key} ${'v'.repeat(length)} ${options}`)
      expect(run(`OBJECT ENCODING ${key}`)).toBe(encoding)
    }
    run('SET a 1')
    run('APPEND a 2')
    expect(run('OBJECT ENCODING a')).toBe('raw')
  })

  it('OBJECT REFCOUNT is always one', () => {
    run('SET a 1')
    expect(run('OBJECT REFCOUNT a')).toBe('(integer) 1')
  })

  it('OBJECT FREQ and OBJECT IDLETIME answer by the eviction policy', () => {
    const advice =
      'Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.'
    run('SET a v')
    server.clock.advance(3000)
    expect(run('OBJECT IDLETIME a')).toBe('(integer) 3')
    expect(run('OBJECT FREQ a')).toBe(
      `(error) ERR An LFU maxmemory policy is not selected, access frequency not tracked. ${advice}`,
    )
    run('CONFIG SET maxmemory-policy allkeys-lfu lfu-log-factor 0')
    run('SET b v')
    for (let i = 0; i < 4; i++) run('GET b')
    run('EXISTS b')
    expect(run('OBJECT FREQ b')).toBe('(integer) 9')
    expect(run('OBJECT IDLETIME b')).toBe(
      `(error) ERR An LFU maxmemory policy is selected, idle time not tracked. ${advice}`,
    )
    run('RENAME b c')
    expect(run('OBJECT FREQ c')).toBe('(integer) 5')
  })

  it('answers nil for a missing key, which it counts but does not tell of as a miss', () => {
    expect(both('OBJECT', 'ENCODING', 'none')).toEqual(['$-1\r\n', '_\r\n'])
    for (const name of ['FREQ', 'IDLETIME', 'REFCOUNT']) expect(run(`OBJECT ${name} none`)).toBe('(nil)')
    expect(server.events()).toEqual([])
    expect(server.engine.stats.keyspaceMisses).toBe(5)
  })

  it('wants a subcommand that it knows, and one key', () => {
    expect(run('OBJECT')).toBe("(error) ERR wrong number of arguments for 'object' command")
    expect(run('OBJECT foo a')).toBe("(error) ERR unknown subcommand 'foo'. Try OBJECT HELP.")
    expect(run('OBJECT ENCODING')).toBe("(error) ERR wrong number of arguments for 'object|encoding' command")
    expect(run('OBJECT HELP')).toContain('OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:')
  })
})

describe('WAIT', () => {
  it('waits for replicas that there are not until the time is over, or somebody ends that', () => {
    const waiting = server.connect()
    expect(waiting.raw('WAIT', '1', '100')).toBe('')
    expect(run('INFO clients')).toContain('blocked_clients:1')
    server.clock.advance(99)
    expect(waiting.received()).toBe('')
    server.clock.advance(1)
    expect(waiting.received()).toBe(':0\r\n')
    expect(waiting.raw('WAIT', '3', '0')).toBe('')
    server.clock.advance(1_000_000)
    expect(waiting.received()).toBe('')
    expect(run(`CLIENT UNBLOCK ${waiting.session.id}`)).toBe('(integer) 1')
    expect(waiting.received()).toBe(':0\r\n')
    waiting.raw('WAIT', '1', '0')
    run(`CLIENT UNBLOCK ${waiting.session.id} ERROR`)
    expect(waiting.received()).toContain('-UNBLOCKED ')
    expect(waiting.raw('PING')).toBe('+PONG\r\n')
  })

  it('answers at once where none is wanted, or nobody can wait', () => {
    expect([run('WAIT 0 0'), run('WAIT -1 0')]).toEqual(['(integer) 0', '(integer) 0'])
    run('MULTI')
    run('WAIT 1 0')
    expect(run('EXEC')).toBe('[(integer) 0]')
  })

  it('refuses what is no number or no time', () => {
    expect(run('WAIT x 0')).toBe(NOT_INTEGER)
    expect(run('WAIT 9223372036854775808 0')).toBe(NOT_INTEGER)
    expect(run('WAIT 0 x')).toBe('(error) ERR timeout is not an integer or out of range')
    expect(run('WAIT 0 -1')).toBe('(error) ERR timeout is negative')
    expect(run('WAIT 0 9223372036854775807')).toBe('(error) ERR timeout is out of range')
  })
})
