import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

let server: TestEngine
beforeEach(() => {
  server = startTestEngine()
  run('CONFIG SET slowlog-log-slower-than 0 slowlog-max-len 128')
  run('SLOWLOG RESET')
})

/** A reply in one line, numbers without their type. */
const run = (line: string): string => server.client.run(line).replaceAll('(integer) ', '')

/** The words of each entry, the newest first, without the SLOWLOG RESET of `beforeEach`. */
function logged(): string[] {
  const log = server.engine.observer.slow.newest(1000)
  return log.map(({ words }) => words.map((word) => new TextDecoder().decode(word)).join(' ')).slice(0, -1)
}

describe('SLOWLOG', () => {
  it('has the words, address and name of every command that took the time, the newest first', () => {
    run('CLIENT SETNAME me')
    run('GET nothing')
    run('LPUSH nothing a')
    expect(logged()).toEqual(['LPUSH nothing a', 'GET nothing', 'CLIENT SETNAME me'])
    expect(run('SLOWLOG GET 1')).toBe('[[4, 1700000000, 0, [LPUSH, nothing, a], 127.0.0.1:50000, me]]')
  })

  it('has none of those that took less, or with -1 none at all', () => {
    run('CONFIG SET slowlog-log-slower-than 10000')
    for (const line of ['GET a', 'SADD s a', 'KEYS *']) run(line)
    expect(logged()).toEqual([])
    run('CONFIG SET slowlog-log-slower-than -1')
    expect([run('KEYS *'), run('SLOWLOG LEN')]).toEqual(['[s]', '1'])
  })

  it('times a request of many words though its command is fast', () => {
    run('CONFIG SET slowlog-log-slower-than 10000')
    const { engine, clock } = server
    const { monotonicUs } = clock
    let readings = 0
    clock.monotonicUs = () => monotonicUs.call(clock) + ++readings * 20_000
    run(`SADD s ${'x '.repeat(100)}`)
    run('SADD s y')
    expect(engine.observer.slow.newest(9).map(({ words }) => words.length)).toEqual([32, 2])
  })

  it('cuts long words and long requests off', () => {
    run(`SADD s ${Array.from({ length: 31 }, (_, i) => i).join(' ')}`)
    run(`SADD s ${'a'.repeat(129)} ${'b'.repeat(128)}`)
    const [short, long] = logged()
    expect(short).toBe(`SADD s ${'a'.repeat(128)}... (1 more bytes) ${'b'.repeat(128)}`)
    expect(long.endsWith(' 27 28 ... (2 more arguments)')).toBe(true)
  })

  it('leaves out passwords and users', () => {
    run('AUTH user secret')
    run('HELLO 3 AUTH user secret SETNAME x')
    run('CONFIG SET primaryauth secret maxmemory 0')
    run('CONFIG SET nothing secret requirepass secret')
    run('ACL SETUSER somebody >secret')
    expect(logged()).toEqual([
      'ACL SETUSER (redacted) (redacted)',
      'CONFIG SET nothing secret requirepass (redacted)',
      'CONFIG SET primaryauth (redacted) maxmemory 0',
      'HELLO 3 AUTH (redacted) (redacted) SETNAME x',
      'AUTH (redacted) (redacted)',
    ])
  })

  it('has the commands of a transaction, but not EXEC, and none that is refused', () => {
    for (const line of ['MULTI', 'SET a 1', 'GET a', 'EXEC', 'GET', 'NONSENSE']) run(line)
    expect(logged()).toEqual(['GET a', 'SET a 1', 'MULTI'])
  })

  it('has a command that waited once it has its answer', () => {
    const waiting = server.connect()
    waiting.run('BLPOP list 0')
    expect(logged()).toEqual([])
    run('RPUSH list a')
    expect(logged().sort()).toEqual(['BLPOP list 0', 'RPUSH list a'])
  })

  it('keeps as many entries as slowlog-max-len says', () => {
    for (const key of ['a', 'b', 'c']) run(`GET ${key}`)
    run('CONFIG SET slowlog-max-len 2')
    expect(run('SLOWLOG LEN')).toBe('2')
    run('CONFIG SET slowlog-max-len 0')
    expect(run('SLOWLOG LEN')).toBe('0')
  })
})

describe('SLOWLOG GET', () => {
  it('gives ten, as many as asked for, or with -1 all', () => {
    for (let i = 0; i < 20; i++) run('GET a')
    const count = (line: string): number => run(line).split('127.0.0.1').length - 1
    expect([count('SLOWLOG GET'), count('SLOWLOG GET 3'), count('SLOWLOG GET 0')]).toEqual([10, 3, 0])
    expect(count('SLOWLOG GET -1')).toBe(24)
    expect(count('SLOWLOG GET 9223372036854775807')).toBe(25)
  })

  it('refuses other counts, and more words', () => {
    const wrong = '(error) ERR count should be greater than or equal to -1'
    for (const count of ['-2', 'x', '9223372036854775808']) expect(run(`SLOWLOG GET ${count}`)).toBe(wrong)
    expect(run('SLOWLOG GET 1 2')).toBe(
      "(error) ERR unknown subcommand or wrong number of arguments for 'get'. Try SLOWLOG HELP.",
    )
  })
})

describe('SLOWLOG RESET and SLOWLOG LEN', () => {
  it('empty and count the log', () => {
    run('CONFIG SET slowlog-log-slower-than 1000')
    expect([run('SLOWLOG LEN'), run('SLOWLOG RESET'), run('SLOWLOG LEN')]).toEqual(['1', 'OK', '0'])
  })
})
