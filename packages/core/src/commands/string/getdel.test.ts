import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'

describe('GETDEL', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('returns the value and deletes the key', () => {
    run('SET k v EX 100')
    server.events()
    expect(run('GETDEL k')).toBe('v')
    expect(run('EXISTS k')).toBe('(integer) 0')
    expect(server.events()[0]).toBe('del k 0')
  })

  it('returns nil for a missing key, which counts as a miss', () => {
    expect(server.client.raw('GETDEL', 'k')).toBe('$-1\r\n')
    server.client.session.resp = 3
    expect(server.client.raw('GETDEL', 'k')).toBe('_\r\n')
    expect(server.events()).toEqual(['keymiss k 0', 'keymiss k 0'])
    expect(server.engine.stats.keyspaceMisses).toBe(2)
  })

  it('refuses a key that holds no string', () => {
    server.putStream('s')
    expect(run('GETDEL s')).toBe(WRONG_TYPE)
    expect(server.events()).toEqual([])
  })

  it('refuses any other number of arguments', () => {
    expect(run('GETDEL')).toBe("(error) ERR wrong number of arguments for 'getdel' command")
    expect(run('GETDEL k x')).toBe("(error) ERR wrong number of arguments for 'getdel' command")
  })
})
