import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

let server: TestEngine
let run: (line: string) => string

beforeEach(() => {
  server = startTestEngine()
  run = (line) => server.client.run(line)
})

const usage = (key: string): number => Number(/^\(integer\) (\d+)$/.exec(run(`MEMORY USAGE ${key}`))?.[1])

describe('MEMORY USAGE', () => {
  it('is nil for a key that does not exist', () => {
    expect(server.client.raw('MEMORY', 'USAGE', 'none')).toBe('$-1\r\n')
  })

  it('grows with the value, and covers what it takes', () => {
    for (const length of [10, 1000, 10_000, 100_000, 1_000_000]) {
      const before = server.engine.usedBytes()
      server.client.raw('SET', `k${length}`, 'x'.repeat(length))
      const taken = server.engine.usedBytes() - before
      expect(usage(`k${length}`)).toBeGreaterThan(length)
      expect(Math.abs(usage(`k${length}`) - taken)).toBeLessThan(1100)
    }
  })

  it('grows with collections, and covers what they take', () => {
    const adding: readonly ((i: number) => string)[] = [
      (i) => `SADD set m${i}`,
      (i) => `SADD numbers ${i}`,
      (i) => `HSET hash f${i} v${i}`,
      (i) => `ZADD zset ${i} m${i}`,
    ]
    for (const line of adding) {
      const key = line(0).split(' ')[1]
      const before = server.engine.usedBytes()
      let last = 0
      for (let i = 0; i < 5000; i++) {
        run(line(i))
        if (![9, 99, 999, 4999].includes(i)) continue
        const taken = server.engine.usedBytes() - before
        expect([key, i, usage(key) > last]).toEqual([key, i, true])
        expect([key, i, Math.abs(usage(key) - taken) < 1100 + taken / 20]).toEqual([key, i, true])
        last = usage(key)
      }
    }
  })

  it('counts keys of every length', () => {
    for (const length of [10, 255, 256, 4096, 5000, 100_000]) {
      const key = 'k'.repeat(length)
      server.client.raw('SET', key, 'v')
      expect(usage(key)).toBeGreaterThan(length)
    }
  })

  it('is not an access', () => {
    run('SET k v')
    server.clock.advance(9000)
    run('MEMORY USAGE k')
    expect(server.engine.stats.keyspaceHits).toBe(0)
    expect(run('OBJECT IDLETIME k')).toBe('(integer) 9')
  })

  it('does not see a key whose time is over', () => {
    run('SET k v PX 10')
    server.clock.now += 10
    expect(run('MEMORY USAGE k')).toBe('(nil)')
  })

  it('takes a number of samples, which may come again, and changes nothing', () => {
    run('SET k v')
    for (const words of ['SAMPLES 0', 'samples 5', 'SAMPLES 1 SAMPLES 2', 'SAMPLES 9223372036854775807']) {
      expect(run(`MEMORY USAGE k ${words}`)).toBe(run('MEMORY USAGE k'))
    }
    expect(run('MEMORY USAGE k SAMPLES -1')).toBe('(error) ERR syntax error')
    expect(run('MEMORY USAGE k SAMPLES')).toBe('(error) ERR syntax error')
    expect(run('MEMORY USAGE k BOGUS 1')).toBe('(error) ERR syntax error')
    for (const number of ['abc', '9223372036854775808', '1.5']) {
      expect(run(`MEMORY USAGE k SAMPLES ${number}`)).toBe('(error) ERR value is not an integer or out of range')
    }
  })

  it('wants a key', () => {
    expect(run('MEMORY USAGE')).toBe("(error) ERR wrong number of arguments for 'memory|usage' command")
  })
})
