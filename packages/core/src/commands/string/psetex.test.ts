import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const NOT_INTEGER = '(error) ERR value is not an integer or out of range'

describe('PSETEX', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('sets the value and the time to live', () => {
    expect(run('PSETEX k 100 v')).toBe('OK')
    expect(run('GET k')).toBe('v')
    expect(run('PTTL k')).toBe('(integer) 100')
    expect(server.events()).toEqual(['set k 0', 'expire k 0'])
  })

  it('overwrites a key of any type', () => {
    server.putStream('s')
    expect(run('PSETEX s 100 v')).toBe('OK')
    expect(run('GET s')).toBe('v')
  })

  it('refuses times that are not positive or too far away', () => {
    run('SET k old')
    server.events()
    for (const time of ['0', '-1', '-9223372036854775808', '9223372036854775807']) {
      expect(run(`PSETEX k ${time} v`), time).toBe("(error) ERR invalid expire time in 'psetex' command")
    }
    for (const time of ['abc', '1.5', '9223372036854775808']) {
      expect(run(`PSETEX k ${time} v`), time).toBe(NOT_INTEGER)
    }
    expect(run('GET k')).toBe('old')
    expect(server.events()).toEqual([])
  })

  it('takes times of more than 31, 32 and 53 bits', () => {
    for (const time of [2 ** 31, 2 ** 32]) {
      expect(run(`PSETEX k ${time} v`)).toBe('OK')
      expect(run('PTTL k')).toBe(`(integer) ${time}`)
    }
    expect(run('PSETEX k 9007199254740993 v')).toBe('OK')
    expect(run('GET k')).toBe('v')
  })

  it('refuses any other number of arguments', () => {
    expect(run('PSETEX k 10')).toBe("(error) ERR wrong number of arguments for 'psetex' command")
    expect(run('PSETEX k 10 a b')).toBe("(error) ERR wrong number of arguments for 'psetex' command")
  })
})
