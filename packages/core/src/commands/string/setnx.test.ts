import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

describe('SETNX', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('sets a key that does not exist, and no other', () => {
    expect(run('SETNX k a')).toBe('(integer) 1')
    expect(run('SETNX k b')).toBe('(integer) 0')
    expect(run('GET k')).toBe('a')
    expect(server.events()).toEqual(['set k 0'])
  })

  it('takes an expired key for missing, and one of any type for existing', () => {
    run('SET k a PX 10')
    server.clock.now += 10
    expect(run('SETNX k b')).toBe('(integer) 1')
    server.putStream('s')
    expect(run('SETNX s b')).toBe('(integer) 0')
  })

  it('refuses any other number of arguments', () => {
    expect(run('SETNX k')).toBe("(error) ERR wrong number of arguments for 'setnx' command")
    expect(run('SETNX k a b')).toBe("(error) ERR wrong number of arguments for 'setnx' command")
  })
})
