import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const BAD_COUNT = '(error) ERR numfields should be greater than 0 and match the provided number of fields'

describe('HGETEX', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
    run('HSET h a 1 b two')
    server.events()
  })

  it('returns values, and sets or removes their expiry', () => {
    expect(run('HGETEX h FIELDS 3 a x b')).toBe('[1, (nil), two]')
    expect(run('HGETEX h PERSIST FIELDS 1 a')).toBe('[1]')
    expect(run('OBJECT ENCODING h')).toBe('listpack')
    expect(server.events()).toEqual([])
    expect(run('HGETEX h EX 10 FIELDS 3 a x a')).toBe('[1, (nil), 1]')
    expect(run('HTTL h FIELDS 2 a b')).toBe('[(integer) 10, (integer) -1]')
    expect(run('HGETEX h PERSIST FIELDS 2 a b')).toBe('[1, two]')
    expect(run('HTTL h FIELDS 2 a b')).toBe('[(integer) -1, (integer) -1]')
    expect(server.events()).toEqual(['hexpire h 0', 'hpersist h 0'])
    run('HGETEX h PXAT 1700000005000 FIELDS 1 a')
    run('HGETEX h EXAT 1700000006 FIELDS 1 b')
    expect(run('HTTL h FIELDS 2 a b')).toBe('[(integer) 5, (integer) 6]')
    server.client.run('HELLO 3')
    expect(server.client.raw('HGETEX', 'h', 'FIELDS', '1', 'x')).toBe('*1\r\n_\r\n')
  })

  it('deletes the fields for a time that is over, and the key with the last', () => {
    expect(run('HGETEX h EX 0 FIELDS 2 a a')).toBe('[1, (nil)]')
    expect(run('HGETEX h PXAT 1 FIELDS 1 x')).toBe('[(nil)]')
    expect(run('HGETEX h EXAT 1 FIELDS 1 b')).toBe('[two]')
    expect(server.events()).toEqual(['hexpired h 0', 'hexpired h 0', 'del h 0'])
    expect(run('EXISTS h')).toBe('(integer) 0')
    expect(server.engine.stats.expiredFields).toBe(2)
  })

  it('refuses words that do not fit', () => {
    for (const words of ['EX 10 PERSIST', 'EX 10 PX 10', 'KEEPTTL', 'NX', 'FNX', 'EX']) {
      expect(run(`HGETEX h ${words} FIELDS 1 a`)).toBe('(error) ERR syntax error')
    }
    for (const fields of ['2 a', '1 a b', '0 a', '-1 a', '1 a EX 10']) {
      expect(run(`HGETEX h FIELDS ${fields}`)).toBe(BAD_COUNT)
    }
    expect(run('HGETEX h a b c')).toBe(BAD_COUNT)
    expect(run('HGETEX missing EX -1 FIELDS 1 a')).toBe("(error) ERR invalid expire time in 'hgetex' command")
    expect(run('HGETEX missing EX x FIELDS 1 a')).toBe('(error) ERR value is not an integer or out of range')
    expect(run('HGETEX missing EX 10 FIELDS 2 a b')).toBe('[(nil), (nil)]')
    run('SET s v')
    expect(run('HGETEX s EX -1 FIELDS 1 a')).toMatch(/^\(error\) WRONGTYPE/)
    expect(run('HGETEX h FIELDS 1')).toBe("(error) ERR wrong number of arguments for 'hgetex' command")
    expect(run('HTTL h FIELDS 2 a b')).toBe('[(integer) -1, (integer) -1]')
  })
})
