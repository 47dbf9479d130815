import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'

describe('GETSET', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('sets the key and returns the value before', () => {
    expect(run('GETSET k a')).toBe('(nil)')
    expect(run('GETSET k b')).toBe('a')
    expect(run('GET k')).toBe('b')
    expect(server.events()).toEqual(['keymiss k 0', 'set k 0', 'set k 0'])
  })

  it('removes the time to live', () => {
    run('SET k v EX 100')
    run('GETSET k w')
    expect(run('TTL k')).toBe('(integer) -1')
  })

  it('returns values that take a buffer of their own', () => {
    const value = 'x'.repeat(100_000)
    server.client.raw('SET', 'k', value)
    expect(run('GETSET k v')).toBe(value)
    expect(run('GET k')).toBe('v')
  })

  it('refuses a key that holds no string', () => {
    server.putStream('s')
    expect(run('GETSET s x')).toBe(WRONG_TYPE)
    expect(server.events()).toEqual([])
  })

  it('refuses any other number of arguments', () => {
    expect(run('GETSET k')).toBe("(error) ERR wrong number of arguments for 'getset' command")
    expect(run('GETSET k a b')).toBe("(error) ERR wrong number of arguments for 'getset' command")
  })
})
