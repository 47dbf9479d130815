import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'
const NOT_INTEGER = '(error) ERR value is not an integer or out of range'

describe('DECRBY', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('takes from the number, or from 0 when the key is missing', () => {
    expect(run('DECRBY k 5')).toBe('(integer) -5')
    expect(run('DECRBY k -7')).toBe('(integer) 2')
    expect(server.events()).toEqual(['incrby k 0', 'incrby k 0'])
  })

  it('leaves a plain 0 when nothing is taken from nothing', () => {
    expect(run('DECRBY k 0')).toBe('(integer) 0')
    expect(run('GET k')).toBe('0')
  })

  it('refuses the smallest number, whose opposite has 65 bits, whatever the key holds', () => {
    server.putStream('s')
    expect(run('DECRBY s -9223372036854775808')).toBe('(error) ERR decrement would overflow')
    expect(run('DECRBY k 9223372036854775807')).toBe('(integer) -9223372036854775807')
    expect(run('DECRBY k 1')).toBe('(integer) -9223372036854775808')
    expect(run('DECRBY k 1')).toBe('(error) ERR increment or decrement would overflow')
    expect(run('DECRBY k -9223372036854775807')).toBe('(integer) -1')
  })

  it('refuses a decrement that is no number of 64 bits', () => {
    expect(run('DECRBY k abc')).toBe(NOT_INTEGER)
    expect(run('DECRBY k 9223372036854775808')).toBe(NOT_INTEGER)
  })

  it('refuses a key that holds no string', () => {
    server.putStream('s')
    expect(run('DECRBY s 1')).toBe(WRONG_TYPE)
    expect(server.events()).toEqual([])
  })

  it('refuses any other number of arguments', () => {
    expect(run('DECRBY k')).toBe("(error) ERR wrong number of arguments for 'decrby' command")
    expect(run('DECRBY k 1 2')).toBe("(error) ERR wrong number of arguments for 'decrby' command")
  })
})
