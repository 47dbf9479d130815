import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'
const NOT_INTEGER = '(error) ERR value is not an integer or out of range'

describe('GETEX', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('returns the value and leaves the time to live alone', () => {
    run('SET k v EX 100')
    server.events()
    expect(run('GETEX k')).toBe('v')
    expect(run('TTL k')).toBe('(integer) 100')
    expect(server.events()).toEqual([])
    expect(server.engine.dirty).toBe(1)
  })

  it('sets the time to live by EX, PX, EXAT and PXAT', () => {
    run('SET k v')
    server.events()
    const nowMs = server.clock.now
    for (const [words, ms] of [
      ['EX 10', 10_000],
      ['px 10', 10],
      [`EXAT ${nowMs / 1000 + 20}`, 20_000],
      [`PXAT ${nowMs + 30}`, 30],
      ['EX 1 EX 5', 5000],
    ] as const) {
      expect(run(`GETEX k ${words}`)).toBe('v')
      expect(run('PTTL k')).toBe(`(integer) ${ms}`)
    }
    expect(server.events()).toEqual(Array.from({ length: 5 }, () => 'expire k 0'))
  })

  it('removes the time to live by PERSIST, which is told once', () => {
    run('SET k v EX 100')
    server.events()
    expect(run('GETEX k PERSIST')).toBe('v')
    expect(run('GETEX k PERSIST PERSIST')).toBe('v')
    expect(run('TTL k')).toBe('(integer) -1')
    expect(server.events()).toEqual(['persist k 0'])
  })

  it('lets the key expire at once by a time in the past', () => {
    for (const words of ['EXAT 1', 'PXAT 1']) {
      run('SET k v')
      server.events()
      expect(run(`GETEX k ${words}`)).toBe('v')
      expect(server.events()).toEqual(['expired k 0'])
    }
    expect(server.engine.db(0).size).toBe(0)
    expect(server.engine.stats.expiredKeys).toBe(2)
  })

  it('returns nil for a missing key, which counts as a miss', () => {
    expect(server.client.raw('GETEX', 'none', 'EX', '10')).toBe('$-1\r\n')
    server.client.session.resp = 3
    expect(server.client.raw('GETEX', 'none')).toBe('_\r\n')
    expect(server.events()).toEqual(['keymiss none 0', 'keymiss none 0'])
  })

  it('refuses options that exclude each other or that it does not have', () => {
    run('SET k v')
    for (const words of ['EX', 'EX 1 PX 1', 'PERSIST EX 1', 'EX 1 PERSIST', 'KEEPTTL', 'NX', 'GET', 'FOO']) {
      expect(run(`GETEX k ${words}`), words).toBe('(error) ERR syntax error')
    }
  })

  it('refuses times that are not positive or too far away, before it looks at the key', () => {
    server.putStream('s')
    for (const words of ['EX 0', 'EX -1', 'EX 9223372036854775807', 'EX 9223372036854775', 'PX 9223372036854775807']) {
      expect(run(`GETEX s ${words}`), words).toBe("(error) ERR invalid expire time in 'getex' command")
    }
    expect(run('GETEX s EX abc')).toBe(NOT_INTEGER)
    expect(run('GETEX s EX 9223372036854775808')).toBe(NOT_INTEGER)
  })

  it('refuses a key that holds no string', () => {
    server.putStream('s')
    expect(run('GETEX s EX 10')).toBe(WRONG_TYPE)
    expect(server.events()).toEqual([])
  })

  it('refuses any other number of arguments', () => {
    expect(run('GETEX')).toBe("(error) ERR wrong number of arguments for 'getex' command")
  })
})
