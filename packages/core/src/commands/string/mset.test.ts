import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

describe('MSET', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('sets all keys, whatever they held', () => {
    run('SET a old EX 100')
    server.putStream('s')
    server.events()
    expect(run('MSET a 1 s 2 b 3')).toBe('OK')
    expect(run('MGET a s b')).toBe('[1, 2, 3]')
    expect(run('TTL a')).toBe('(integer) -1')
    expect(server.events()).toEqual(['set a 0', 'set s 0', 'set b 0'])
  })

  it('keeps the last value of a key that is given twice', () => {
    run('MSET a 1 a 2')
    expect(run('GET a')).toBe('2')
    expect(server.events()).toEqual(['set a 0', 'set a 0'])
    expect(server.engine.dirty).toBe(2)
  })

  it('sets nothing when a value is missing', () => {
    for (const line of ['MSET', 'MSET a', 'MSET a 1 b']) {
      expect(run(line)).toBe("(error) ERR wrong number of arguments for 'mset' command")
    }
    expect(run('EXISTS a')).toBe('(integer) 0')
  })
})
