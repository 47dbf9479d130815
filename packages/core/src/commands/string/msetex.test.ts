import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const NOT_INTEGER = '(error) ERR value is not an integer or out of range'

describe('MSETEX', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('sets all keys with one time to live', () => {
    expect(run('MSETEX 2 a 1 b 2 EX 100')).toBe('(integer) 1')
    expect(run('MGET a b')).toBe('[1, 2]')
    expect(run('TTL a')).toBe('(integer) 100')
    expect(run('TTL b')).toBe('(integer) 100')
    expect(server.events()).toEqual(['set a 0', 'expire a 0', 'set b 0', 'expire b 0'])
  })

  it('knows PX, EXAT, PXAT and KEEPTTL, and removes the time to live without them', () => {
    const nowMs = server.clock.now
    run('MSETEX 1 a 1 PX 1500')
    expect(run('PTTL a')).toBe('(integer) 1500')
    run(`MSETEX 1 a 1 EXAT ${nowMs / 1000 + 50}`)
    expect(run('PTTL a')).toBe('(integer) 50000')
    run(`MSETEX 1 a 1 PXAT ${nowMs + 70}`)
    expect(run('PTTL a')).toBe('(integer) 70')
    run('MSETEX 1 a 2 KEEPTTL')
    expect(run('PTTL a')).toBe('(integer) 70')
    run('MSETEX 1 a 2')
    expect(run('PTTL a')).toBe('(integer) -1')
  })

  it('sets all or none by the conditions NX and XX', () => {
    run('SET a old')
    expect(run('MSETEX 2 a 1 b 2 NX')).toBe('(integer) 0')
    expect(run('MSETEX 2 a 1 b 2 XX')).toBe('(integer) 0')
    expect(run('MGET a b')).toBe('[old, (nil)]')
    expect(run('MSETEX 2 b 1 c 2 EX 10 NX')).toBe('(integer) 1')
    expect(run('MSETEX 2 a 1 b 2 XX KEEPTTL')).toBe('(integer) 1')
    expect(run('MGET a b c')).toBe('[1, 2, 2]')
    expect(run('TTL b')).toBe('(integer) 10')
  })

  it('sets a new key that is given twice to the last value', () => {
    expect(run('MSETEX 2 a 1 a 2 NX')).toBe('(integer) 1')
    expect(run('GET a')).toBe('2')
  })

  it('sets keys with a time in the past, and they expire when somebody looks', () => {
    expect(run('MSETEX 1 a 1 EXAT 1')).toBe('(integer) 1')
    expect(run('EXISTS a')).toBe('(integer) 0')
    expect(server.events().slice(0, 3)).toEqual(['set a 0', 'expire a 0', 'expired a 0'])
  })

  it('refuses a count that does not fit', () => {
    for (const count of ['0', '-1', 'abc', '2147483648', '9223372036854775807', '9223372036854775808']) {
      expect(run(`MSETEX ${count} a 1`), count).toBe('(error) ERR invalid numkeys value or out of range')
    }
    for (const line of ['MSETEX 2 a 1 b', 'MSETEX 3 a 1 b 2', 'MSETEX 1 a 1 b 2', 'MSETEX 2147483647 a 1']) {
      expect(run(line), line).toBe('(error) ERR syntax error')
    }
  })

  it('refuses options that exclude each other or that it does not have', () => {
    for (const words of ['NX XX', 'KEEPTTL EX 1', 'EX 1 PX 1', 'EX', 'GET', 'PERSIST', 'IFEQ 1', 'FOO']) {
      expect(run(`MSETEX 1 a 1 ${words}`), words).toBe('(error) ERR syntax error')
    }
    expect(run('MSETEX 1 a 1 NX NX')).toBe('(integer) 1')
  })

  it('refuses times that are not positive numbers, before it looks at the keys', () => {
    for (const time of ['0', '-1', '9223372036854775807']) {
      expect(run(`MSETEX 1 a 1 XX EX ${time}`)).toBe("(error) ERR invalid expire time in 'msetex' command")
    }
    expect(run('MSETEX 1 a 1 EX abc')).toBe(NOT_INTEGER)
    expect(server.events()).toEqual([])
  })

  it('refuses any other number of arguments', () => {
    expect(run('MSETEX')).toBe("(error) ERR wrong number of arguments for 'msetex' command")
    expect(run('MSETEX 1 a')).toBe("(error) ERR wrong number of arguments for 'msetex' command")
  })
})
