import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

describe('MSETNX', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('sets all keys when none exists', () => {
    expect(run('MSETNX a 1 b 2')).toBe('(integer) 1')
    expect(run('MGET a b')).toBe('[1, 2]')
    expect(server.events()).toEqual(['set a 0', 'set b 0'])
  })

  it('sets none when one exists, of whatever type', () => {
    run('SET b old')
    server.putStream('s')
    server.events()
    expect(run('MSETNX a 1 b 2')).toBe('(integer) 0')
    expect(run('MSETNX a 1 s 2')).toBe('(integer) 0')
    expect(run('MGET a b')).toBe('[(nil), old]')
    expect(server.events()).toEqual(['keymiss a 0'])
  })

  it('sets a new key that is given twice to the last value', () => {
    expect(run('MSETNX a 1 a 2')).toBe('(integer) 1')
    expect(run('GET a')).toBe('2')
  })

  it('refuses any other number of arguments', () => {
    expect(run('MSETNX')).toBe("(error) ERR wrong number of arguments for 'msetnx' command")
    expect(run('MSETNX a')).toBe("(error) ERR wrong number of arguments for 'msetnx' command")
    expect(run('MSETNX a 1 b')).toBe("(error) ERR wrong number of arguments for 'msetnx' command")
  })
})
