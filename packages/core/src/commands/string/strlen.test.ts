import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'

describe('STRLEN', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('returns the length in bytes, 0 for a missing key', () => {
    server.client.raw('SET', 'k', 'é')
    expect(run('STRLEN k')).toBe('(integer) 2')
    expect(run('STRLEN none')).toBe('(integer) 0')
    run('SET n 12345')
    expect(run('STRLEN n')).toBe('(integer) 5')
    server.client.raw('SET', 'large', 'x'.repeat(100_000))
    expect(run('STRLEN large')).toBe('(integer) 100000')
  })

  it('refuses a key that holds no string', () => {
    server.putStream('s')
    expect(run('STRLEN s')).toBe(WRONG_TYPE)
    expect(server.events()).toEqual([])
  })

  it('refuses any other number of arguments', () => {
    expect(run('STRLEN')).toBe("(error) ERR wrong number of arguments for 'strlen' command")
    expect(run('STRLEN k x')).toBe("(error) ERR wrong number of arguments for 'strlen' command")
  })
})
