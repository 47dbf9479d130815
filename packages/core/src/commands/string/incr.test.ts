import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'
const NOT_INTEGER = '(error) ERR value is not an integer or out of range'

describe('INCR', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('counts from 0 when the key is missing', () => {
    expect(run('INCR k')).toBe('(integer) 1')
    expect(run('INCR k')).toBe('(integer) 2')
    expect(run('GET k')).toBe('2')
    expect(run('OBJECT ENCODING k')).toBe('int')
    expect(server.events()).toEqual(['incrby k 0', 'incrby k 0'])
  })

  it('counts across every number of digits, up and down', () => {
    for (let power = 1; power < 16; power++) {
      const edge = 10 ** power
      run(`SET k ${edge - 1}`)
      expect(run('INCR k')).toBe(`(integer) ${edge}`)
      expect(run('GET k')).toBe(String(edge))
      run(`SET k ${-edge}`)
      expect(run('INCR k')).toBe(`(integer) ${1 - edge}`)
      expect(run('GET k')).toBe(String(1 - edge))
    }
  })

  it('is exact at the limits of 31, 32, 53 and 63 bits', () => {
    for (const bits of [31n, 32n, 53n]) {
      for (const start of [2n ** bits - 2n, 2n ** bits - 1n, 2n ** bits, -(2n ** bits) - 1n, -(2n ** bits)]) {
        run(`SET k ${start}`)
        expect(run('INCR k')).toBe(`(integer) ${start + 1n}`)
        expect(run('GET k')).toBe(String(start + 1n))
      }
    }
    run('SET k 9223372036854775806')
    expect(run('INCR k')).toBe('(integer) 9223372036854775807')
    expect(run('INCR k')).toBe('(error) ERR increment or decrement would overflow')
    expect(run('GET k')).toBe('9223372036854775807')
    run('SET k -9223372036854775808')
    expect(run('INCR k')).toBe('(integer) -9223372036854775807')
  })

  it('refuses values that are no canonical numbers of 64 bits', () => {
    for (const value of [
      'abc',
      '',
      ' 1',
      '1 ',
      '+1',
      '01',
      '-0',
      '1.0',
      '9223372036854775808',
      '-9223372036854775809',
    ]) {
      server.client.raw('SET', 'k', value)
      expect(run('INCR k'), value).toBe(NOT_INTEGER)
      expect(run('GET k')).toBe(value)
    }
  })

  it('keeps the time to live', () => {
    run('SET k 9 EX 100')
    run('INCR k')
    expect(run('TTL k')).toBe('(integer) 100')
  })

  it('makes an int again of a number that was put together from parts', () => {
    run('SET k 1')
    run('APPEND k 2')
    expect(run('OBJECT ENCODING k')).toBe('raw')
    expect(run('INCR k')).toBe('(integer) 13')
    expect(run('OBJECT ENCODING k')).toBe('int')
  })

  it('leaves other keys alone when digits grow and shrink in place', () => {
    for (let i = 0; i < 50; i++) run(`SET k${i} ${i * 99}`)
    for (let i = 0; i < 50; i += 2) for (let n = 0; n < 3; n++) run(`INCRBY k${i} ${10 ** (n * 5)}`)
    for (let i = 0; i < 50; i++) {
      expect(run(`GET k${i}`)).toBe(String(i * 99 + (i % 2 === 0 ? 1 + 1e5 + 1e10 : 0)))
    }
  })

  it('refuses a key that holds no string', () => {
    server.putStream('s')
    expect(run('INCR s')).toBe(WRONG_TYPE)
    expect(server.events()).toEqual([])
  })

  it('refuses any other number of arguments', () => {
    expect(run('INCR')).toBe("(error) ERR wrong number of arguments for 'incr' command")
    expect(run('INCR k 1')).toBe("(error) ERR wrong number of arguments for 'incr' command")
  })
})
