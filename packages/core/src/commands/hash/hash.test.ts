import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'

let server: TestEngine
const run = (line: string): string => server.client.run(line)
const raw = (line: string): string => server.client.raw(...line.split(' '))
beforeEach(() => {
  server = startTestEngine()
})

/** A hash with a field that has expired but is still there. */
function hashWithExpiredField(): void {
  server.engine.activeExpire = false
  run('HSET h gone 1 stays 22')
  run('HPEXPIRE h 10 FIELDS 1 gone')
  server.clock.advance(10)
  server.events()
}

describe('Setting fields', () => {
  it('HMSET sets as HSET does, and says OK', () => {
    expect(run('HMSET h a 1 b 2')).toBe('OK')
    expect(run('HMSET h b 3')).toBe('OK')
    expect(run('HGETALL h')).toBe('[a, 1, b, 3]')
    expect(run('HMSET h a 1 b')).toBe("(error) ERR wrong number of arguments for 'hmset' command")
    expect(server.events()).toEqual(['hset h 0', 'hset h 0'])
    run('SET s v')
    expect(run('HMSET s a 1')).toBe(WRONG_TYPE)
  })

  it('HSETNX leaves a field that exists as it is', () => {
    expect(run('HSETNX h a 1')).toBe('(integer) 1')
    expect(run('HSETNX h a 2')).toBe('(integer) 0')
    expect(run('HGET h a')).toBe('1')
    expect(server.events()).toEqual(['hset h 0'])
    run('SET s v')
    expect(run('HSETNX s a 1')).toBe(WRONG_TYPE)
    expect(run('HSETNX h a')).toBe("(error) ERR wrong number of arguments for 'hsetnx' command")
  })

  it('takes an expired field for a new one, and tells that it expired', () => {
    hashWithExpiredField()
    expect(run('HSETNX h gone new')).toBe('(integer) 1')
    expect(server.events()).toEqual(['hexpired h 0', 'hset h 0'])
    expect(run('HTTL h FIELDS 1 gone')).toBe('[(integer) -1]')
    expect(server.engine.stats.expiredFields).toBe(1)
    run('HPEXPIRE h 10 FIELDS 2 gone stays')
    server.clock.advance(10)
    expect(run('HSET h gone x stays y')).toBe('(integer) 2')
    expect(server.engine.stats.expiredFields).toBe(3)
    expect(run('HLEN h')).toBe('(integer) 2')
  })
})

describe('Reading fields', () => {
  it('HMGET answers nil for what is missing', () => {
    run('HSET h a 1 b two')
    expect(raw('HMGET h b x a b')).toBe('*4\r\n$3\r\ntwo\r\n$-1\r\n$1\r\n1\r\n$3\r\ntwo\r\n')
    expect(raw('HMGET missing a b')).toBe('*2\r\n$-1\r\n$-1\r\n')
    run('SET s v')
    expect(run('HMGET s a')).toBe(WRONG_TYPE)
    run('HELLO 3')
    expect(raw('HMGET h x')).toBe('*1\r\n_\r\n')
  })

  it('HKEYS, HVALS, HLEN, HEXISTS and HSTRLEN answer for hashes, what is missing, and other types', () => {
    for (const long of ['', 'x'.repeat(100)]) {
      run(`HSET h a 1 b two${long}`)
      expect(run('HKEYS h')).toBe('[a, b]')
      expect(run('HVALS h')).toBe(`[1, two${long}]`)
      expect(run('HLEN h')).toBe('(integer) 2')
      expect(run('HEXISTS h a')).toBe('(integer) 1')
      expect(run('HEXISTS h x')).toBe('(integer) 0')
      expect(run('HSTRLEN h b')).toBe(`(integer) ${3 + long.length}`)
      expect(run('HSTRLEN h a')).toBe('(integer) 1')
      expect(run('HSTRLEN h x')).toBe('(integer) 0')
    }
    expect(run('HKEYS missing')).toBe('[]')
    expect(run('HVALS missing')).toBe('[]')
    expect(run('HLEN missing')).toBe('(integer) 0')
    expect(run('HEXISTS missing a')).toBe('(integer) 0')
    expect(run('HSTRLEN missing a')).toBe('(integer) 0')
    run('SET s v')
    for (const line of ['HKEYS s', 'HVALS s', 'HLEN s', 'HEXISTS s a', 'HSTRLEN s a'])
      expect(run(line)).toBe(WRONG_TYPE)
    expect(server.events().filter((event) => !event.startsWith('keymiss'))).toEqual(['hset h 0', 'hset h 0', 'set s 0'])
  })

  it('HKEYS and HVALS keep numbers apart from their neighbours', () => {
    run('HSET h 100 -5 9223372036854775807 123456 -0 7')
    expect(run('HKEYS h')).toBe('[100, 9223372036854775807, -0]')
    expect(run('HVALS h')).toBe('[-5, 123456, 7]')
    expect(run('HGETALL h')).toBe('[100, -5, 9223372036854775807, 123456, -0, 7]')
  })

  it('does not see a field that has expired, though HLEN counts it until it is gone', () => {
    hashWithExpiredField()
    expect(run('HGET h gone')).toBe('(nil)')
    expect(run('HMGET h gone stays')).toBe('[(nil), 22]')
    expect(run('HGETALL h')).toBe('[stays, 22]')
    expect(run('HKEYS h')).toBe('[stays]')
    expect(run('HVALS h')).toBe('[22]')
    expect(run('HEXISTS h gone')).toBe('(integer) 0')
    expect(run('HSTRLEN h gone')).toBe('(integer) 0')
    expect(run('HDEL h gone')).toBe('(integer) 0')
    expect(run('HLEN h')).toBe('(integer) 2')
    expect(server.events()).toEqual([])
    server.engine.activeExpire = true
    server.clock.advance(100)
    expect(run('HLEN h')).toBe('(integer) 1')
    expect(server.events()).toEqual(['hexpired h 0'])
  })
})

describe('Times of fields', () => {
  it('HTTL, HPTTL, HEXPIRETIME and HPEXPIRETIME answer with the time that was set, from now or from 1970', () => {
    run('HSET h a 1 b 2')
    const now = server.clock.now
    run('HPEXPIRE h 1499 FIELDS 1 a')
    expect(run('HTTL h FIELDS 3 a b x')).toBe('[(integer) 1, (integer) -1, (integer) -2]')
    expect(run('HPTTL h FIELDS 3 a b x')).toBe('[(integer) 1499, (integer) -1, (integer) -2]')
    expect(run('HEXPIRETIME h FIELDS 1 a')).toBe(`[(integer) ${Math.round((now + 1499) / 1000)}]`)
    expect(run('HPEXPIRETIME h FIELDS 2 a b')).toBe(`[(integer) ${now + 1499}, (integer) -1]`)
    run('HPEXPIRE h 1500 FIELDS 1 a')
    expect(run('HTTL h FIELDS 1 a')).toBe('[(integer) 2]')
    for (const name of ['HTTL', 'HPTTL', 'HEXPIRETIME', 'HPEXPIRETIME']) {
      expect(run(`${name} missing FIELDS 2 a b`)).toBe('[(integer) -2, (integer) -2]')
      expect(run(`${name} h FIELDS 2 a`)).toBe('(error) ERR syntax error')
      expect(run(`${name} h FIELDS 0 a`)).toBe('(error) ERR syntax error')
      expect(run(`${name} h WORDS 1 a`)).toBe('(error) ERR syntax error')
      expect(run(`${name} h FIELDS 1.5 a`)).toBe('(error) ERR value is not an integer or out of range')
      expect(run(`${name} h FIELDS 9223372036854775808 a`)).toMatch(/not an integer/)
      expect(run(`${name} h FIELDS 4294967297 a`)).toBe('(error) ERR syntax error')
      expect(run(`${name} h FIELDS 1`)).toMatch(/wrong number of arguments/)
    }
    run('SET s v')
    expect(run('HTTL s FIELDS 1 a')).toBe(WRONG_TYPE)
  })

  it('HPERSIST takes the expiry away', () => {
    run('HSET h a 1 b 2')
    run('HEXPIRE h 100 FIELDS 1 a')
    server.events()
    expect(run('HPERSIST h FIELDS 3 a b x')).toBe('[(integer) 1, (integer) -1, (integer) -2]')
    expect(run('HPERSIST h FIELDS 2 a b')).toBe('[(integer) -1, (integer) -1]')
    expect(server.events()).toEqual(['hpersist h 0'])
    server.clock.advance(200_000)
    expect(run('HMGET h a b')).toBe('[1, 2]')
    expect(run('HPERSIST missing FIELDS 1 a')).toBe('[(integer) -2]')
    expect(run('HPERSIST h FIELDS 2 a')).toMatch(/^\(error\) ERR numfields should be greater than 0 and match/)
    expect(run('HPERSIST h WORDS 1 a')).toBe('(error) ERR syntax error')
    run('SET s v')
    expect(run('HPERSIST s FIELDS 1 a')).toBe(WRONG_TYPE)
  })

  it('HPEXPIRE, HEXPIREAT and HPEXPIREAT set the same times as HEXPIRE', () => {
    run('HSET h a 1')
    const second = Math.floor(server.clock.now / 1000) + 100
    expect(run('HPEXPIRE h 5000 FIELDS 1 a')).toBe('[(integer) 1]')
    expect(run('HTTL h FIELDS 1 a')).toBe('[(integer) 5]')
    expect(run(`HEXPIREAT h ${second} FIELDS 1 a`)).toBe('[(integer) 1]')
    expect(run('HPEXPIRETIME h FIELDS 1 a')).toBe(`[(integer) ${second * 1000}]`)
    expect(run(`HPEXPIREAT h ${second * 1000 + 7} NX FIELDS 1 a`)).toBe('[(integer) 0]')
    expect(run(`HPEXPIREAT h ${second * 1000 + 7} FIELDS 1 a`)).toBe('[(integer) 1]')
    expect(run('HPEXPIRETIME h FIELDS 1 a')).toBe(`[(integer) ${second * 1000 + 7}]`)
    expect(run('HPEXPIREAT h -1 FIELDS 1 a')).toBe("(error) ERR invalid expire time in 'hpexpireat' command")
    expect(run('HPEXPIRE h 9223372036854775807 FIELDS 1 a')).toMatch(/invalid expire time in 'hpexpire'/)
    expect(run('HPEXPIREAT h 9223372036854775807 FIELDS 1 a')).toBe('[(integer) 1]')
    expect(run('HEXPIREAT h 9223372036854775 FIELDS 1 a')).toBe('[(integer) 1]')
    expect(run('HEXPIREAT h 9223372036854776 FIELDS 1 a')).toMatch(/invalid expire time in 'hexpireat'/)
    expect(run('HEXPIREAT h 1 FIELDS 1 a')).toBe('[(integer) 2]')
    expect(run('EXISTS h')).toBe('(integer) 0')
  })
})
