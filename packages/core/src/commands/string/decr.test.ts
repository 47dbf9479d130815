import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'
const NOT_INTEGER = '(error) ERR value is not an integer or out of range'

describe('DECR', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('counts down from 0 when the key is missing', () => {
    expect(run('DECR k')).toBe('(integer) -1')
    expect(run('DECR k')).toBe('(integer) -2')
    expect(run('GET k')).toBe('-2')
    expect(server.events()).toEqual(['incrby k 0', 'incrby k 0'])
  })

  it('goes from 10 to 9 and from 0 to -1', () => {
    run('SET k 10')
    expect(run('DECR k')).toBe('(integer) 9')
    expect(run('GET k')).toBe('9')
    run('SET k 0')
    expect(run('DECR k')).toBe('(integer) -1')
    expect(run('GET k')).toBe('-1')
  })

  it('refuses to go below 64 bits', () => {
    run('SET k -9223372036854775807')
    expect(run('DECR k')).toBe('(integer) -9223372036854775808')
    expect(run('DECR k')).toBe('(error) ERR increment or decrement would overflow')
    expect(run('GET k')).toBe('-9223372036854775808')
  })

  it('refuses a value that is no number', () => {
    run('SET k abc')
    expect(run('DECR k')).toBe(NOT_INTEGER)
  })

  it('refuses a key that holds no string', () => {
    server.putStream('s')
    expect(run('DECR s')).toBe(WRONG_TYPE)
    expect(server.events()).toEqual([])
  })

  it('refuses any other number of arguments', () => {
    expect(run('DECR')).toBe("(error) ERR wrong number of arguments for 'decr' command")
    expect(run('DECR k 1')).toBe("(error) ERR wrong number of arguments for 'decr' command")
  })
})
