import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'

describe('INCRBYFLOAT', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('adds to the number, or to 0 when the key is missing', () => {
    expect(run('INCRBYFLOAT k 1.5')).toBe('1.5')
    expect(run('INCRBYFLOAT k 3')).toBe('4.5')
    expect(run('INCRBYFLOAT k -4.5e0')).toBe('0')
    expect(run('GET k')).toBe('0')
    expect(server.events()).toEqual(['incrbyfloat k 0', 'incrbyfloat k 0', 'incrbyfloat k 0'])
  })

  it('counts in long doubles, whose errors show', () => {
    run('SET k 5010.6')
    expect(run('INCRBYFLOAT k 0.1')).toBe('5010.70000000000000018')
  })

  it('replies with a string in RESP3 too', () => {
    server.client.session.resp = 3
    expect(server.client.raw('INCRBYFLOAT', 'k', '2e2')).toBe('$3\r\n200\r\n')
  })

  it('refuses what is no number, in the value or as the increment', () => {
    for (const text of ['abc', '', ' 1', '1 ', '1e', 'nan', '1e5000', '1\0']) {
      run('SET k 1')
      expect(server.client.raw('INCRBYFLOAT', 'k', text), text).toBe('-ERR value is not a valid float\r\n')
      server.client.raw('SET', 'k', text)
      expect(run('INCRBYFLOAT k 1'), text).toBe('(error) ERR value is not a valid float')
    }
  })

  it('refuses to become infinite', () => {
    run('SET k 1e4932')
    for (const by of ['inf', '-inf', 'infinity', '1e4932']) {
      expect(run(`INCRBYFLOAT k ${by}`), by).toBe('(error) ERR increment would produce NaN or Infinity')
    }
    run('SET k inf')
    expect(run('INCRBYFLOAT k 1')).toBe('(error) ERR increment would produce NaN or Infinity')
    expect(run('GET k')).toBe('inf')
  })

  it('keeps the time to live', () => {
    run('SET k 1 EX 100')
    run('INCRBYFLOAT k 1')
    expect(run('TTL k')).toBe('(integer) 100')
  })

  it('looks at the type of the key before it reads the increment', () => {
    server.putStream('s')
    expect(run('INCRBYFLOAT s abc')).toBe(WRONG_TYPE)
    expect(run('INCRBYFLOAT s 1')).toBe(WRONG_TYPE)
  })

  it('refuses any other number of arguments', () => {
    expect(run('INCRBYFLOAT k')).toBe("(error) ERR wrong number of arguments for 'incrbyfloat' command")
    expect(run('INCRBYFLOAT k 1 2')).toBe("(error) ERR wrong number of arguments for 'incrbyfloat' command")
  })
})
