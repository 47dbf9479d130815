import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

describe('KEYS', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  const keys = (pattern: string): string[] => {
    const words = server.client.raw('KEYS', pattern).split('\r\n')
    return words.filter((_, i) => i > 0 && i % 2 === 0).sort()
  }
  beforeEach(() => {
    server = startTestEngine()
  })

  it('returns the keys that match', () => {
    for (const key of ['key_x', 'key_y', 'foo_a', 'foo_b', '{a}x', '*']) run(`SET ${key} v`)
    expect(keys('foo*')).toEqual(['foo_a', 'foo_b'])
    expect(keys('*')).toEqual(['*', 'foo_a', 'foo_b', 'key_x', 'key_y', '{a}x'])
    expect(keys('{a}*')).toEqual(['{a}x'])
    expect(keys('\\*')).toEqual(['*'])
    expect(keys('key_[^x]')).toEqual(['key_y'])
    expect(run('KEYS nothing')).toBe('[]')
  })

  it('returns no key whose time is over, and leaves it where it is', () => {
    run('SET a v PX 10')
    run('SET b v')
    server.clock.now += 10
    server.events()
    expect(keys('*')).toEqual(['b'])
    expect(server.events()).toEqual([])
    expect(run('DBSIZE')).toBe('(integer) 2')
  })

  it('returns the empty key for a lone star', () => {
    server.client.raw('SET', '', 'v')
    expect(server.client.raw('KEYS', '*')).toBe('*1\r\n$0\r\n\r\n')
    expect(server.client.raw('KEYS', '')).toBe('*1\r\n$0\r\n\r\n')
  })

  it('is not slowed down by patterns with many stars', () => {
    server.client.raw('SET', 'a'.repeat(50_000), 'v')
    expect(keys(`${'a*'.repeat(20)}b`)).toEqual([])
    expect(keys('*?'.repeat(50_000))).toEqual([])
  })

  it('wants one pattern', () => {
    expect(run('KEYS')).toBe("(error) ERR wrong number of arguments for 'keys' command")
    expect(run('KEYS a b')).toBe("(error) ERR wrong number of arguments for 'keys' command")
  })
})
