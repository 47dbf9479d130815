import { beforeEach, describe, expect, it } from 'vitest'
import { seededRandom, startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'

let server: TestEngine
const run = (line: string): string => server.client.run(line)
beforeEach(() => {
  server = startTestEngine()
})

describe('ZADD and ZINCRBY', () => {
  it('add, change and count', () => {
    expect(run('ZADD z 1 a 2 b')).toBe('(integer) 2')
    expect(run('ZADD z CH 1 a 3 b 4 c')).toBe('(integer) 2')
    expect(run('ZADD z NX 9 a 5 d')).toBe('(integer) 1')
    expect(run('ZADD z XX 9 x')).toBe('(integer) 0')
    expect(run('ZADD z GT CH 0 a 10 b')).toBe('(integer) 1')
    expect(run('ZADD z LT CH 0 a 20 b')).toBe('(integer) 1')
    expect(run('ZADD z INCR 1.5 a')).toBe('1.5')
    expect(run('ZADD z NX INCR 1.5 a')).toBe('(nil)')
    expect(run('ZINCRBY z -2.5 a')).toBe('-1')
    expect(run('ZINCRBY z 7 new')).toBe('7')
    expect(run('ZRANGE z 0 -1 WITHSCORES')).toBe('[a, -1, c, 4, d, 5, new, 7, b, 10]')
    expect([...new Set(server.events())]).toEqual(['zadd z 0', 'zincr z 0'])
    expect(run('ZADD missing XX 1 a')).toBe('(integer) 0')
    expect(run('EXISTS missing')).toBe('(integer) 0')
  })

  it('refuse options that exclude each other, and what is no number, without a change', () => {
    expect(run('ZADD z NX XX 1 a')).toBe('(error) ERR XX and NX options at the same time are not compatible')
    const comparisons = '(error) ERR GT, LT, and/or NX options at the same time are not compatible'
    expect(run('ZADD z GT LT 1 a')).toBe(comparisons)
    expect(run('ZADD z NX GT 1 a')).toBe(comparisons)
    expect(run('ZADD z INCR 1 a 2 b')).toBe('(error) ERR INCR option supports a single increment-element pair')
    expect(run('ZADD z 1 a 2')).toBe('(error) ERR syntax error')
    expect(run('ZADD z NX XX')).toBe('(error) ERR syntax error')
    for (const score of ['x', 'nan', '0x10', '1e400']) {
      expect(run(`ZADD z 1 a ${score} b`)).toBe('(error) ERR value is not a valid float')
      expect(run(`ZINCRBY z ${score} b`)).toBe('(error) ERR value is not a valid float')
    }
    for (const option of ['nx', 'XX', 'gt', 'LT', 'ch', 'INCR']) {
      expect(run(`ZINCRBY z ${option} -0.25`)).toBe('(error) ERR syntax error')
    }
    expect(run('EXISTS z')).toBe('(integer) 0')
    run('ZADD z inf a')
    expect(run('ZINCRBY z -inf a')).toBe('(error) ERR resulting score is not a number (NaN)')
  })
})

describe('The encoding of a sorted set', () => {
  it('is a skip list from when ZADD names a long member or too many, whether it adds them or not', () => {
    const long = 'x'.repeat(65)
    for (const line of [`XX 18 a 1 ${long}`, `5 b -1 ${long} 3 c`, `XX INCR 1 ${long}`]) {
      run('DEL z')
      run('ZADD z 16 aa')
      expect(run('OBJECT ENCODING z')).toBe('listpack')
      run(`ZADD z ${line}`)
      expect(run('OBJECT ENCODING z')).toBe('skiplist')
    }
    run('CONFIG SET zset-max-listpack-entries 2')
    run('ZADD y 1 a')
    run('ZADD y NX 1 a 2 a')
    expect(run('OBJECT ENCODING y')).toBe('listpack')
    run('ZADD y NX 1 a 2 a 3 a')
    expect(run('OBJECT ENCODING y')).toBe('skiplist')
    run('ZADD missing XX 1 a 2 b 3 c')
    run('ZADD missing 1 a')
    expect(run('OBJECT ENCODING missing')).toBe('listpack')
  })
})

describe('ZRANGE, ZREVRANGE, ZRANGEBYSCORE, ZREVRANGEBYSCORE, ZRANGEBYLEX and ZREVRANGEBYLEX', () => {
  it.each(['packed', 'large'])('return members of a %s sorted set', (form) => {
    if (form === 'large') run('CONFIG SET zset-max-listpack-entries 0')
    run('ZADD z 1 a 2 b 2 c 3 d')
    expect(run('ZRANGE z 1 2')).toBe('[b, c]')
    expect(run('ZRANGE z 0 1 REV')).toBe('[d, c]')
    expect(run('ZREVRANGE z 0 0 WITHSCORES')).toBe('[d, 3]')
    expect(run('ZRANGE z (1 2 BYSCORE')).toBe('[b, c]')
    expect(run('ZRANGEBYSCORE z -inf +inf LIMIT 1 2')).toBe('[b, c]')
    expect(run('ZREVRANGEBYSCORE z 3 2 WITHSCORES')).toBe('[d, 3, c, 2, b, 2]')
    run('ZADD l 0 a 0 b 0 c 0 d')
    expect(run('ZRANGEBYLEX l [b (d')).toBe('[b, c]')
    expect(run('ZREVRANGEBYLEX l + (b LIMIT 0 1')).toBe('[d]')
    expect(run('ZRANGE l + - BYLEX REV')).toBe('[d, c, b, a]')
    run('HELLO 3')
    expect(server.client.raw('ZRANGE', 'z', '0', '0', 'WITHSCORES')).toBe('*1\r\n*2\r\n$1\r\na\r\n,1\r\n')
  })

  it('refuse bounds and options that are none', () => {
    run('ZADD z 1 a')
    expect(run('ZRANGE z 0 x')).toBe('(error) ERR value is not an integer or out of range')
    expect(run('ZRANGEBYSCORE z 0 x')).toBe('(error) ERR min or max is not a float')
    expect(server.client.raw('ZCOUNT', 'z', '1\0x', '(inf\0')).toBe(':1\r\n')
    expect(server.client.raw('ZCOUNT', 'z', '\0', '5')).toBe(':1\r\n')
    expect(server.client.raw('ZLEXCOUNT', 'z', '-\0', '+\0x')).toBe(':1\r\n')
    expect(server.client.raw('ZCOUNT', 'z', 'x\0', '5')).toMatch('not a float')
    expect(run('ZRANGEBYLEX z a b')).toBe('(error) ERR min or max not valid string range item')
    expect(run('ZRANGE z 0 1 LIMIT 0 1')).toMatch('LIMIT is only supported in combination with either BYSCORE or BYLEX')
    expect(run('ZRANGE z - + BYLEX WITHSCORES')).toMatch('WITHSCORES not supported in combination with BYLEX')
    expect(run('ZRANGE z 0 0 LIMIT 5 -1')).toBe('[a]')
    expect(run('ZRANGE z 0 0 LIMIT 5 -2')).toMatch('LIMIT is only supported')
    expect(run('ZREVRANGEBYLEX z x y WITHSCORES')).toMatch('WITHSCORES not supported in combination with BYLEX')
    expect(run('ZRANGESTORE d z - + BYLEX WITHSCORES')).toBe('(error) ERR syntax error')
    expect(run('ZRANGE z 0 1 FOO')).toBe('(error) ERR syntax error')
    const twice = ['REV REV', 'BYSCORE BYSCORE', 'BYLEX BYLEX', 'BYSCORE BYLEX', 'BYSCORE REV REV', 'REV BYLEX BYSCORE']
    for (const options of twice) {
      expect(run(`ZRANGE z 5 -1 ${options}`)).toBe('(error) ERR syntax error')
      expect(run(`ZRANGESTORE d z 5 -1 ${options}`)).toBe('(error) ERR syntax error')
    }
    expect(run('ZRANGE z 0 5 BYSCORE LIMIT 1 1 LIMIT 0 1 WITHSCORES WITHSCORES')).toBe('[a, 1]')
  })
})

describe('ZCARD, ZSCORE, ZMSCORE, ZCOUNT, ZLEXCOUNT, ZRANK and ZREVRANK', () => {
  it('answer for members, what is missing, and other types', () => {
    run('ZADD z 1 a 2 b 3 c')
    expect(run('ZCARD z')).toBe('(integer) 3')
    expect(run('ZSCORE z b')).toBe('2')
    expect(run('ZSCORE z x')).toBe('(nil)')
    expect(run('ZMSCORE z a x c')).toBe('[1, (nil), 3]')
    expect(run('ZCOUNT z (1 3')).toBe('(integer) 2')
    expect(run('ZLEXCOUNT z - +')).toBe('(integer) 3')
    expect(run('ZRANK z c')).toBe('(integer) 2')
    expect(run('ZREVRANK z c WITHSCORE')).toBe('[(integer) 0, 3]')
    expect(run('ZRANK z x')).toBe('(nil)')
    expect(server.client.raw('ZRANK', 'z', 'x', 'WITHSCORE')).toBe('*-1\r\n')
    for (const name of ['zrank', 'zrevrank']) {
      const arity = `(error) ERR wrong number of arguments for '${name}' command`
      expect(run(`${name} z c WITHSCORE 1`)).toBe(arity)
      expect(run(`${name} missing c foo 1`)).toBe(arity)
      expect(run(`${name} z c foo`)).toBe('(error) ERR syntax error')
    }
    run('SET s v')
    for (const line of ['ZCARD s', 'ZSCORE s a', 'ZMSCORE s a', 'ZCOUNT s 0 1', 'ZLEXCOUNT s - +', 'ZRANK s a']) {
      expect(run(line)).toBe(WRONG_TYPE)
    }
  })
})

describe('ZREM, ZREMRANGEBYRANK, ZREMRANGEBYSCORE and ZREMRANGEBYLEX', () => {
  it('delete members, and the key with the last one', () => {
    run('ZADD z 1 a 2 b 3 c 4 d 5 e')
    server.events()
    expect(run('ZREM z a x a')).toBe('(integer) 1')
    expect(run('ZREMRANGEBYRANK z 0 0')).toBe('(integer) 1')
    expect(run('ZREMRANGEBYSCORE z 3 (4')).toBe('(integer) 1')
    expect(run('ZREMRANGEBYLEX z - [d')).toBe('(integer) 1')
    expect(run('ZREM z e')).toBe('(integer) 1')
    const events = ['zrem', 'zremrangebyrank', 'zremrangebyscore', 'zremrangebylex', 'zrem', 'del']
    expect(server.events()).toEqual(events.map((event) => `${event} z 0`))
    expect(run('EXISTS z')).toBe('(integer) 0')
  })
})

describe('A sorted set', () => {
  it('agrees with an array through any sequence, packed and large, and gives all memory back', () => {
    for (const members of [20, 400, 5000]) {
      server = startTestEngine()
      const random = seededRandom(members)
      const model = new Map<string, number>()
      run('SET x y')
      run('DEL x')
      const empty = server.engine.usedBytes()
      for (let step = 0; step < 20_000; step++) {
        const member = `m${random.next() % members}`
        if (random.next() % 4 === 0) {
          expect(server.client.raw('ZREM', 'z', member)).toBe(model.delete(member) ? ':1\r\n' : ':0\r\n')
        } else {
          const score = (random.next() % 1000) / 4
          expect(server.client.raw('ZADD', 'z', `${score}`, member)).toBe(model.has(member) ? ':0\r\n' : ':1\r\n')
          model.set(member, score)
        }
        if (step % 4000 === 3999) {
          const sorted = [...model].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))
          expect(run('ZRANGE z 0 -1 WITHSCORES')).toBe(`[${sorted.flat().join(', ')}]`)
          for (let i = 0; i < sorted.length; i += 37) expect(run(`ZRANK z ${sorted[i][0]}`)).toBe(`(integer) ${i}`)
          expect(run(`ZREMRANGEBYRANK z 3 ${sorted.length >> 1}`)).toBe(`(integer) ${(sorted.length >> 1) - 2}`)
          for (const [gone] of sorted.slice(3, (sorted.length >> 1) + 1)) model.delete(gone)
        }
      }
      server.client.raw('ZREM', 'z', ...model.keys())
      expect(run('DBSIZE')).toBe('(integer) 0')
      expect(server.engine.usedBytes()).toBe(empty)
    }
  })
})
