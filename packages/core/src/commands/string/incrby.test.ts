import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'
const NOT_INTEGER = '(error) ERR value is not an integer or out of range'

describe('INCRBY', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('adds to the number, or to 0 when the key is missing', () => {
    expect(run('INCRBY k 5')).toBe('(integer) 5')
    expect(run('INCRBY k -7')).toBe('(integer) -2')
    expect(run('INCRBY k 0')).toBe('(integer) -2')
    expect(server.events()).toEqual(['incrby k 0', 'incrby k 0', 'incrby k 0'])
  })

  it('is exact at the limits of 31, 32, 53 and 63 bits', () => {
    for (const bits of [31n, 32n, 53n, 62n]) {
      for (const by of [2n ** bits - 1n, 2n ** bits, 2n ** bits + 1n, -(2n ** bits) - 1n]) {
        run('SET k 1')
        expect(run(`INCRBY k ${by}`)).toBe(`(integer) ${1n + by}`)
        expect(run(`INCRBY k ${-by}`)).toBe('(integer) 1')
      }
    }
    run('DEL k')
    expect(run('INCRBY k -9223372036854775808')).toBe('(integer) -9223372036854775808')
    expect(run('INCRBY k 9223372036854775807')).toBe('(integer) -1')
    expect(run('INCRBY k -9223372036854775808')).toBe('(error) ERR increment or decrement would overflow')
    expect(run('GET k')).toBe('-1')
  })

  it('returns numbers beyond 53 bits exactly in RESP3 too', () => {
    server.client.session.resp = 3
    expect(server.client.raw('INCRBY', 'k', '9223372036854775807')).toBe(':9223372036854775807\r\n')
  })

  it('refuses an increment that is no number of 64 bits, before it looks at the key', () => {
    server.putStream('s')
    for (const by of ['abc', '1.5', '+1', '01', '9223372036854775808', '-9223372036854775809']) {
      expect(run(`INCRBY s ${by}`), by).toBe(NOT_INTEGER)
    }
  })

  it('refuses a key that holds no string', () => {
    server.putStream('s')
    expect(run('INCRBY s 1')).toBe(WRONG_TYPE)
    expect(server.events()).toEqual([])
  })

  it('refuses any other number of arguments', () => {
    expect(run('INCRBY k')).toBe("(error) ERR wrong number of arguments for 'incrby' command")
    expect(run('INCRBY k 1 2')).toBe("(error) ERR wrong number of arguments for 'incrby' command")
  })
})
