import { describe, expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

describe('HGETDEL', () => {
  it('returns values and deletes their fields, and the key with the last', () => {
    const server = startTestEngine()
    const run = (line: string): string => server.client.run(line)
    for (const long of ['', 'x'.repeat(100)]) {
      run(`HSET h a 1${long} b 2 c 3`)
      server.events()
      expect(run('HGETDEL h FIELDS 3 a x a')).toBe(`[1${long}, (nil), (nil)]`)
      expect(run('HGETDEL h FIELDS 2 x y')).toBe('[(nil), (nil)]')
      expect(run('HGETDEL h FIELDS 3 b c d')).toBe('[2, 3, (nil)]')
      expect(server.events()).toEqual(['hdel h 0', 'hdel h 0', 'del h 0'])
      expect(run('EXISTS h')).toBe('(integer) 0')
    }
  })

  it('refuses a wrong count, and other types', () => {
    const { client } = startTestEngine()
    client.run('HSET h a 1')
    for (const fields of ['2 a', '1 a b', '0 a', '9223372036854775807 a']) {
      expect(client.run(`HGETDEL h FIELDS ${fields}`)).toBe(
        '(error) ERR numfields should be greater than 0 and match the provided number of fields',
      )
    }
    expect(client.run('HGETDEL h FIELDS x a')).toBe('(error) ERR value is not an integer or out of range')
    expect(client.run('HGETDEL h WORDS 1 a')).toBe('(error) ERR syntax error')
    expect(client.run('HGETDEL h FIELDS 1')).toBe("(error) ERR wrong number of arguments for 'hgetdel' command")
    expect(client.run('HGETDEL missing FIELDS 2 a b')).toBe('[(nil), (nil)]')
    client.run('SET s v')
    expect(client.run('HGETDEL s FIELDS 1 a')).toMatch(/^\(error\) WRONGTYPE/)
    client.run('HELLO 3')
    expect(client.raw('HGETDEL', 'h', 'FIELDS', '2', 'a', 'a')).toBe('*2\r\n$1\r\n1\r\n_\r\n')
  })
})
