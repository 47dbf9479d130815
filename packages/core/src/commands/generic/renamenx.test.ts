import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

describe('RENAMENX', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('gives a key another name with its time to live, and tells of both', () => {
    run('SET a v PX 5000')
    server.events()
    expect(run('RENAMENX a b')).toBe('(integer) 1')
    expect(server.events()).toEqual(['rename_from a 0', 'rename_to b 0'])
    expect([run('EXISTS a'), run('GET b'), run('PTTL b')]).toEqual(['(integer) 0', 'v', '(integer) 5000'])
  })

  it('leaves everything as it is when the new name is taken, even by the key itself', () => {
    run('SET a v')
    run('SET b w PX 5000')
    server.events()
    expect([run('RENAMENX a b'), run('RENAMENX a a')]).toEqual(['(integer) 0', '(integer) 0'])
    expect([run('GET a'), run('GET b'), run('PTTL b')]).toEqual(['v', 'w', '(integer) 5000'])
    expect(server.events()).toEqual([])
  })

  it('takes a name whose key has expired', () => {
    run('SET a v')
    run('SET b old PX 10')
    server.clock.now += 10
    server.events()
    expect(run('RENAMENX a b')).toBe('(integer) 1')
    expect(server.events()).toEqual(['expired b 0', 'rename_from a 0', 'rename_to b 0'])
    expect([run('GET b'), run('PTTL b')]).toEqual(['v', '(integer) -1'])
  })

  it('needs the key, whatever its new name, and wants two names', () => {
    run('SET b v')
    expect(run('RENAMENX none b')).toBe('(error) ERR no such key')
    expect(run('RENAMENX none none')).toBe('(error) ERR no such key')
    expect(run('RENAMENX b')).toBe("(error) ERR wrong number of arguments for 'renamenx' command")
  })
})
