import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

describe('GET', () => {
  let server: TestEngine
  beforeEach(() => {
    server = startTestEngine()
  })

  it('returns the bytes of the value, whatever they are', () => {
    const value = new Uint8Array([0, 13, 10, 255, 36])
    server.client.raw('SET', 'k', value)
    expect(server.client.raw('GET', 'k')).toBe('$5\r\n\0\r\n\xff$\r\n')
  })

  it('returns nil for a key that does not exist, in the form of each protocol', () => {
    expect(server.client.raw('GET', 'none')).toBe('$-1\r\n')
    server.client.session.resp = 3
    expect(server.client.raw('GET', 'none')).toBe('_\r\n')
  })

  it('returns values of every size class, up to buffers of their own', () => {
    for (const length of [0, 1, 43, 44, 45, 255, 256, 4000, 16_383, 16_384, 100_000]) {
      server.client.raw('SET', `k${length}`, 'x'.repeat(length))
    }
    for (const length of [0, 1, 43, 44, 45, 255, 256, 4000, 16_383, 16_384, 100_000]) {
      expect(server.client.raw('GET', `k${length}`)).toBe(`$${length}\r\n${'x'.repeat(length)}\r\n`)
    }
  })

  it('works with keys of every length', () => {
    for (const length of [0, 1, 255, 256, 4096, 4097, 70_000]) {
      const key = 'k'.repeat(length)
      server.client.raw('SET', key, `value of ${length}`)
      server.client.raw('PEXPIRE', key, 5000)
      expect(plainGet(key)).toBe(`value of ${length}`)
    }
    expect(server.engine.db(0).size).toBe(7)
    function plainGet(key: string): string {
      return server.client.raw('GET', key).split('\r\n')[1] as string
    }
  })

  it('does not see a key whose time is over', () => {
    server.client.run('SET k v PX 10')
    server.clock.now += 9
    expect(server.client.run('GET k')).toBe('v')
    server.clock.now += 1
    expect(server.client.run('GET k')).toBe('(nil)')
    expect(server.engine.db(0).size).toBe(0)
  })

  it('wants exactly one argument', () => {
    expect(server.client.run('GET')).toBe("(error) ERR wrong number of arguments for 'get' command")
    expect(server.client.run('GET a b')).toBe("(error) ERR wrong number of arguments for 'get' command")
  })

  it('counts hits and misses, and tells of a miss', () => {
    server.client.run('SET k v')
    server.events()
    server.client.run('GET k')
    server.client.run('GET none')
    expect(server.engine.stats.keyspaceHits).toBe(1)
    expect(server.engine.stats.keyspaceMisses).toBe(1)
    expect(server.events()).toEqual(['keymiss none 0'])
  })
})
