import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'
import { chiSquared, chiSquaredMax, members } from './_test-members.ts'

let server: TestEngine
let run: (line: string) => string

beforeEach(() => {
  server = startTestEngine()
  run = (line) => server.client.run(line)
})

const numbered = (count: number, prefix = ''): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`)

describe('SPOP', () => {
  it('takes members out one by one, and the key with the last one', () => {
    run('SADD s a b')
    server.events()
    const popped = [run('SPOP s'), run('SPOP s')]
    expect(popped.sort()).toEqual(['a', 'b'])
    expect(server.events()).toEqual(['spop s 0', 'spop s 0', 'del s 0'])
    expect(run('SPOP s')).toBe('(nil)')
    expect(server.events()).toEqual([])
  })

  it('with a count returns different members, and leaves the others', () => {
    for (const [size, prefix] of [
      [40, ''],
      [40, 'm'],
      [1000, 'm'],
    ] as const) {
      for (const count of [0, 1, 7, Math.floor(size / 2), size - 2, size - 1, size, size + 1, 2 ** 53]) {
        const all = numbered(size, prefix)
        server.client.raw('SADD', 's', ...all)
        server.events()
        const popped = members(run(`SPOP s ${count}`))
        expect(popped.length).toBe(Math.min(count, size))
        const events = count === 0 ? [] : count < size ? ['spop s 0'] : ['spop s 0', 'del s 0']
        expect(server.events()).toEqual(events)
        expect([...popped, ...members(run('SMEMBERS s'))].sort()).toEqual(all.sort())
        run('DEL s')
      }
    }
  })

  it('gives every member the same chance to go', () => {
    for (const [size, prefix, count] of [
      [30, '', 1],
      [30, 'm', 20],
      [200, 'm', 1],
      [200, 'm', 150],
    ] as const) {
      const all = numbered(size, prefix)
      const counts = new Map<string, number>(all.map((member) => [member, 0]))
      for (let round = 0; round < (size * 30) / count; round++) {
        server.client.raw('SADD', 's', ...all)
        for (const member of members(run(`SPOP s ${count}`))) counts.set(member, (counts.get(member) as number) + 1)
        run('DEL s')
      }
      expect([size, count, chiSquared(counts.values()) < chiSquaredMax(size)]).toEqual([size, count, true])
    }
  })

  it('keeps the time to live, and makes a hash table that has lost five parts of six a listpack', () => {
    const pop = (size: number, count: number): string => {
      run('DEL s')
      server.client.raw('SADD', 's', ...numbered(size, 'm'))
      run('EXPIRE s 100')
      run(`SPOP s ${count}`)
      expect(run('TTL s')).toBe('(integer) 100')
      expect(members(run('SMEMBERS s')).length).toBe(size - count)
      expect(run('SADD s more')).toBe('(integer) 1')
      return run('OBJECT ENCODING s')
    }
    expect(pop(300, 249)).toBe('hashtable')
    expect(pop(300, 250)).toBe('listpack')
    expect(pop(1200, 1000)).toBe('hashtable')
    server.client.raw('SADD', 'numbers', ...numbered(300))
    run('SPOP numbers 290')
    expect(run('OBJECT ENCODING numbers')).toBe('intset')
    server.client.raw('SADD', 'long', ...numbered(20, 'x'.repeat(70)))
    run('SPOP long 18')
    expect(run('OBJECT ENCODING long')).toBe('hashtable')
  })

  it('makes a hash table of what goes beyond limits that were lowered, when five parts of six are taken', () => {
    const encodingAfter = (setting: string, count: number, ...of: readonly string[]): string => {
      run('DEL s')
      run('CONFIG SET set-max-intset-entries 512 set-max-listpack-entries 128 set-max-listpack-value 64')
      server.client.raw('SADD', 's', ...of)
      run(`CONFIG SET ${setting}`)
      run(`SPOP s ${count}`)
      expect(members(run('SMEMBERS s')).length).toBe(of.length - count)
      return run('OBJECT ENCODING s')
    }
    expect(encodingAfter('set-max-listpack-entries 1', 10, ...numbered(12, 'm'))).toBe('hashtable')
    expect(encodingAfter('set-max-listpack-entries 2', 10, ...numbered(12, 'm'))).toBe('listpack')
    expect(encodingAfter('set-max-listpack-entries 0', 3, ...numbered(6, 'm'))).toBe('listpack')
    expect(encodingAfter('set-max-listpack-value 1', 10, ...numbered(12, 'm'))).toBe('hashtable')
    expect(encodingAfter('set-max-intset-entries 1', 10, ...numbered(12))).toBe('hashtable')
    expect(encodingAfter('set-max-intset-entries 2', 10, ...numbered(12))).toBe('intset')
  })

  it('gives memory back', () => {
    run('SET x y')
    run('DEL x')
    const empty = server.engine.usedBytes()
    server.client.raw('SADD', 's', ...numbered(3000, 'm'))
    run('SPOP s 2990')
    expect(server.engine.usedBytes() - empty).toBeLessThan(300)
    run('SPOP s 10')
    expect(server.engine.usedBytes()).toBe(empty)
  })

  it('with a count is a set in RESP3', () => {
    run('HELLO 3')
    run('SADD s 1')
    expect(server.client.raw('SPOP', 's', '0')).toBe('~0\r\n')
    expect(server.client.raw('SPOP', 's', '5')).toBe('~1\r\n$1\r\n1\r\n')
    expect(server.client.raw('SPOP', 's', '5')).toBe('~0\r\n')
    expect(server.client.raw('SPOP', 's')).toBe('_\r\n')
  })

  it('refuses counts that are no numbers or negative, and other types', () => {
    run('SET k v')
    for (const count of ['-1', 'x', '1.5', '9223372036854775808', '-9223372036854775808']) {
      expect(run(`SPOP k ${count}`)).toBe('(error) ERR value is out of range, must be positive')
    }
    const wrongType = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'
    expect(run('SPOP k')).toBe(wrongType)
    expect(run('SPOP k 0')).toBe(wrongType)
    expect(run('SPOP s 1 2')).toBe('(error) ERR syntax error')
    expect(run('SPOP')).toBe("(error) ERR wrong number of arguments for 'spop' command")
  })
})
