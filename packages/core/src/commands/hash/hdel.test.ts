import { describe, expect, it } from 'vitest'
import { seededRandom, startTestEngine } from '../_test-client.ts'

describe('HDEL', () => {
  it('deletes fields, and the key with the last one', () => {
    const server = startTestEngine()
    const run = (line: string): string => server.client.run(line)
    run('HSET h a 1 b 2 c 3')
    server.events()
    expect(run('HDEL h a x a')).toBe('(integer) 1')
    expect(run('HDEL h x')).toBe('(integer) 0')
    expect(run('HDEL missing x')).toBe('(integer) 0')
    expect(run('HDEL h c b b')).toBe('(integer) 2')
    expect(server.events()).toEqual(['hdel h 0', 'hdel h 0', 'del h 0'])
    expect(run('EXISTS h')).toBe('(integer) 0')
  })

  it('and HSET agree with a Map through any sequence, packed and large, and give all memory back', () => {
    for (const fields of [10, 300, 3000]) {
      const server = startTestEngine()
      const random = seededRandom(fields)
      const model = new Map<string, string>()
      server.client.run('SET x y')
      server.client.run('DEL x')
      const empty = server.engine.usedBytes()
      for (let step = 0; step < 20_000; step++) {
        const field = `f${random.next() % fields}`
        if (random.next() % 3 === 0) {
          expect(server.client.raw('HDEL', 'h', field)).toBe(model.delete(field) ? ':1\r\n' : ':0\r\n')
        } else {
          const value = 'v'.repeat(random.next() % 40) + step
          expect(server.client.raw('HSET', 'h', field, value)).toBe(model.has(field) ? ':0\r\n' : ':1\r\n')
          model.set(field, value)
        }
      }
      const reply = server.client.raw('HGETALL', 'h').split('\r\n')
      const words = reply.slice(1).filter((_, i) => i % 2 === 1)
      const pairs = words.flatMap((word, i) => (i % 2 === 0 ? [`${word} ${words[i + 1]}`] : []))
      expect(pairs.sort()).toEqual([...model].map(([field, value]) => `${field} ${value}`).sort())
      server.client.raw('HDEL', 'h', ...model.keys())
      expect(server.client.run('DBSIZE')).toBe('(integer) 0')
      expect(server.engine.usedBytes()).toBe(empty)
    }
  })
})
