import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const BAD_COUNT = '(error) ERR numfields should be greater than 0 and match the provided number of fields'

describe('HSETEX', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('sets values and expiries together', () => {
    expect(run('HSETEX h EX 10 FIELDS 2 a 1 b 2')).toBe('(integer) 1')
    expect(server.events()).toEqual(['hset h 0', 'hexpire h 0'])
    expect(run('HTTL h FIELDS 2 a b')).toBe('[(integer) 10, (integer) 10]')
    expect(run('HSETEX h FIELDS 1 a 3')).toBe('(integer) 1')
    expect(run('HSETEX h KEEPTTL FIELDS 2 b 4 c 5')).toBe('(integer) 1')
    expect(run('HTTL h FIELDS 3 a b c')).toBe('[(integer) -1, (integer) 10, (integer) -1]')
    expect(run('HSETEX h PXAT 1700000005000 FIELDS 1 a 3')).toBe('(integer) 1')
    expect(run('HSETEX h EXAT 1700000006 FIELDS 1 b 3')).toBe('(integer) 1')
    expect(run('HSETEX h PX 7000 FIELDS 1 c 3')).toBe('(integer) 1')
    expect(run('HTTL h FIELDS 3 a b c')).toBe('[(integer) 5, (integer) 6, (integer) 7]')
    server.clock.advance(8000)
    expect(run('EXISTS h')).toBe('(integer) 0')
  })

  it('sets all or nothing, by what key and fields are there', () => {
    expect(run('HSETEX h XX FIELDS 1 a 1')).toBe('(integer) 0')
    expect(run('HSETEX h FXX FIELDS 1 a 1')).toBe('(integer) 0')
    expect(run('HSETEX h NX FNX FIELDS 1 a 1')).toBe('(integer) 1')
    expect(run('HSETEX h NX FIELDS 1 b 1')).toBe('(integer) 0')
    expect(run('HSETEX h FNX FIELDS 2 b 2 a 2')).toBe('(integer) 0')
    expect(run('HSETEX h FXX FIELDS 2 a 2 b 2')).toBe('(integer) 0')
    expect(run('HSETEX h XX FXX FIELDS 1 a 2')).toBe('(integer) 1')
    expect(run('HGETALL h')).toBe('[a, 2]')
    server.engine.activeExpire = false
    run('HPEXPIRE h 1 FIELDS 1 a')
    server.clock.advance(1)
    server.events()
    expect(run('HSETEX h FXX FIELDS 1 a 3')).toBe('(integer) 0')
    expect(run('HSETEX h FNX FIELDS 1 a 3')).toBe('(integer) 1')
    expect(server.events()).toEqual(['hexpired h 0', 'hset h 0'])
  })

  it('deletes the fields for a time that is over, and the key with the last', () => {
    run('HSET h a 1 b 2')
    server.events()
    expect(run('HSETEX h EX 0 FIELDS 2 a 1 new 1')).toBe('(integer) 1')
    expect(server.events()).toEqual(['hset h 0', 'hexpire h 0', 'hexpired h 0'])
    expect(run('HGETALL h')).toBe('[b, 2]')
    expect(run('HSETEX h PXAT 1 FIELDS 1 b 1')).toBe('(integer) 1')
    expect(server.events()).toEqual(['hset h 0', 'hexpire h 0', 'hexpired h 0', 'del h 0'])
    expect(run('HSETEX fresh EXAT 0 FIELDS 1 b 1')).toBe('(integer) 1')
    expect(server.events()).toEqual(['hset fresh 0', 'hexpire fresh 0', 'hexpired fresh 0', 'del fresh 0'])
    expect(run('DBSIZE')).toBe('(integer) 0')
  })

  it('keeps fields whose time is over while nothing may be deleted for that', () => {
    Object.assign(server.engine, { canDeleteExpired: false })
    expect(run('HSETEX h EX 0 FIELDS 2 a 1 b 2')).toBe('(integer) 1')
    expect(run('HLEN h')).toBe('(integer) 2')
    expect(run('HGETALL h')).toBe('[]')
    run('HSETEX h FIELDS 2 c 1 d 2')
    expect(run('HEXPIRE h 0 FIELDS 1 c')).toBe('[(integer) 1]')
    expect(run('HGETEX h EX 0 FIELDS 1 d')).toBe('[2]')
    server.clock.advance(1000)
    expect(run('HLEN h')).toBe('(integer) 4')
    Object.assign(server.engine, { canDeleteExpired: true })
    server.clock.advance(1000)
    expect(run('EXISTS h')).toBe('(integer) 0')
  })

  it('refuses words that do not fit, and looks at the time only when the key is a hash', () => {
    for (const words of ['NX XX', 'FNX FXX', 'EX 10 KEEPTTL', 'EX 10 PX 10', 'PERSIST', 'GT', 'EX']) {
      expect(run(`HSETEX h ${words} FIELDS 1 a 1`)).toBe('(error) ERR syntax error')
    }
    expect(run('HSETEX h EX 10 EX 20 FIELDS 1 a 1')).toBe('(integer) 1')
    expect(run('HTTL h FIELDS 1 a')).toBe('[(integer) 20]')
    for (const fields of ['2 a 1', '1 a 1 b 2', '0 a 1', '-1 a 1', '4294967297 a 1', '1 a 1 EX 10']) {
      expect(run(`HSETEX h FIELDS ${fields}`)).toBe(BAD_COUNT)
    }
    expect(run('HSETEX h EX 10 a b c d')).toBe(BAD_COUNT)
    expect(run('HSETEX h FIELDS x a 1')).toBe('(error) ERR value is not an integer or out of range')
    expect(run('HSETEX h EX x FIELDS 1 a 1')).toBe('(error) ERR value is not an integer or out of range')
    for (const time of ['EX -1', 'EX 9223372036854775807', 'PX 9223372036854775807', 'PXAT -1']) {
      expect(run(`HSETEX h ${time} FIELDS 1 a 1`)).toBe("(error) ERR invalid expire time in 'hsetex' command")
    }
    run('SET s v')
    expect(run('HSETEX s EX -1 FIELDS 1 a 1')).toMatch(/^\(error\) WRONGTYPE/)
    expect(run('HSETEX h FIELDS 1 a')).toBe("(error) ERR wrong number of arguments for 'hsetex' command")
  })
})
