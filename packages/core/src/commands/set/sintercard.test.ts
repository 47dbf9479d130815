import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'

let server: TestEngine
let run: (line: string) => string

beforeEach(() => {
  server = startTestEngine()
  run = (line) => server.client.run(line)
})

describe('SINTERCARD', () => {
  it('counts up to a limit', () => {
    run('SADD a 1 2 3 x')
    run('SADD b 1 2 3 4 5')
    server.client.raw('SADD', 'c', ...Array.from({ length: 1000 }, (_, i) => `${i}`), 'y')
    expect(run('SINTERCARD 3 a b c')).toBe('(integer) 3')
    expect(run('SINTERCARD 2 a b LIMIT 2')).toBe('(integer) 2')
    expect(run('SINTERCARD 1 c limit 700')).toBe('(integer) 700')
    expect(run('SINTERCARD 1 c LIMIT 0')).toBe('(integer) 1001')
    expect(run('SINTERCARD 1 c LIMIT 9223372036854775807')).toBe('(integer) 1001')
    expect(run('SINTERCARD 1 a LIMIT 1 LIMIT 2')).toBe('(integer) 2')
    expect(run('SINTERCARD 2 a none')).toBe('(integer) 0')
  })

  it('refuses wrong numbers and options, and other types', () => {
    run('SADD a 1')
    run('SET k v')
    for (const count of ['0', '-1', 'x', '9223372036854775808', '-9223372036854775808']) {
      expect(run(`SINTERCARD ${count} a`)).toBe('(error) ERR numkeys should be greater than 0')
    }
    for (const count of [2, 2 ** 31, 2 ** 32, 2 ** 53, '9223372036854775807']) {
      expect(run(`SINTERCARD ${count} a`)).toBe("(error) ERR Number of keys can't be greater than number of args")
    }
    for (const limit of ['-1', 'x', '9223372036854775808']) {
      expect(run(`SINTERCARD 1 k LIMIT ${limit}`)).toBe("(error) ERR LIMIT can't be negative")
    }
    expect(run('SINTERCARD 1 a a')).toBe('(error) ERR syntax error')
    expect(run('SINTERCARD 1 a LIMIT')).toBe('(error) ERR syntax error')
    expect(run('SINTERCARD 2 none k')).toBe(WRONG_TYPE)
    expect(run('SINTERCARD 1')).toBe("(error) ERR wrong number of arguments for 'sintercard' command")
  })
})
