import type { ModuleDefinition } from '@kvasir/module-api'
import { beforeEach, describe, expect, it } from 'vitest'
import { Arena } from '../../structures/arena.ts'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'

let server: TestEngine
const run = (line: string): string => server.client.run(line)
beforeEach(() => {
  server = startTestEngine()
  run('ZADD a 1 x 2 y 3 z')
  run('ZADD b 10 y 20 z 30 w')
  run('SET s v')
  server.events()
})

describe('ZUNION, ZINTER, ZDIFF and ZINTERCARD', () => {
  it('combine sorted sets, with weights and aggregates', () => {
    expect(run('ZUNION 2 a b WITHSCORES')).toBe('[x, 1, y, 12, z, 23, w, 30]')
    expect(run('ZINTER 2 a b WITHSCORES')).toBe('[y, 12, z, 23]')
    expect(run('ZDIFF 2 a b WITHSCORES')).toBe('[x, 1]')
    expect(run('ZUNION 2 a b WEIGHTS 10 1 AGGREGATE MAX WITHSCORES')).toBe('[x, 10, y, 20, w, 30, z, 30]')
    expect(run('ZINTER 2 a b AGGREGATE MIN WITHSCORES')).toBe('[y, 2, z, 3]')
    expect(run('ZINTERCARD 2 a b')).toBe('(integer) 2')
    expect(run('ZINTERCARD 2 a b LIMIT 1')).toBe('(integer) 1')
    expect(run('ZUNION 1 missing')).toBe('[]')
    run('HELLO 3')
    expect(server.client.raw('ZDIFF', '2', 'a', 'b', 'WITHSCORES')).toBe('*1\r\n*2\r\n$1\r\nx\r\n,1\r\n')
  })

  it('make zero of infinities against each other, and of infinity times zero', () => {
    run('ZADD p inf m')
    run('ZADD n -inf m')
    expect(run('ZUNION 2 p n WITHSCORES')).toBe('[m, 0]')
    expect(run('ZINTER 2 a p WEIGHTS 1 0 WITHSCORES')).toBe('[]')
    expect(run('ZINTER 2 n p WEIGHTS 1 0 AGGREGATE MAX WITHSCORES')).toBe('[m, -inf]')
  })

  it('refuse what is wrong', () => {
    expect(run('ZUNION 0 a')).toBe("(error) ERR at least 1 input key is needed for 'zunion' command")
    expect(run('ZUNION x a')).toBe('(error) ERR value is not an integer or out of range')
    expect(run('ZUNION 3 a b')).toBe('(error) ERR syntax error')
    expect(run('ZUNION 1 a WEIGHTS x')).toBe('(error) ERR weight value is not a float')
    expect(run('ZUNION 1 a AGGREGATE AVG')).toBe('(error) ERR syntax error')
    expect(run('ZDIFF 1 a WEIGHTS 1')).toBe('(error) ERR syntax error')
    expect(run('ZINTERCARD 1 a LIMIT -1')).toBe("(error) ERR LIMIT can't be negative")
    expect(run('ZUNION 2 a s WEIGHTS x y')).toBe(WRONG_TYPE)
  })
})

describe('What a module does when it hears of a key that is missing or expired', () => {
  const changeWhen = (trigger: string, ...lines: readonly string[]): void => {
    const listener: ModuleDefinition = {
      name: 'listener',
      version: '1.0.0',
      api: 1,
      load(ctx) {
        ctx.onKeyEvent({ classes: ['miss', 'expired'] }, ({ key }, context) => {
          if (String.fromCharCode(...key) !== trigger) return
          for (const [name = '', ...words] of lines.map((line) => line.split(' '))) context.call(name, ...words)
        })
      },
    }
    server.engine.modules.load(listener)
  }

  it.each([['packed'], ['large']])('a %s source that is deleted and replaced meanwhile counts as empty', (form) => {
    if (form === 'large') {
      run('CONFIG SET zset-max-listpack-entries 0')
      run('ZADD a 4 v')
    }
    changeWhen('missing', 'DEL a', 'SET a 0123456789', 'DEL b', 'SADD b y q')
    expect(run('ZUNION 3 a b missing WITHSCORES')).toBe('[q, 1, y, 1]')
    expect(run('ZUNIONSTORE d 3 a b missing')).toBe(WRONG_TYPE)
    run('DEL a')
    run('ZADD a 1 y')
    expect(run('ZINTERSTORE d 3 b a missing')).toBe('(integer) 0')
    run('DEL a')
    run('ZADD a 1 y')
    expect(run('ZDIFFSTORE d 3 b a missing')).toBe('(integer) 2')
  })

  it('a destination that comes back while its time is over is replaced', () => {
    run('SET d v PX 10')
    changeWhen('d', 'DEL a', 'ZADD d 5 back')
    server.clock.advance(20)
    expect(run('ZUNIONSTORE d 2 a b')).toBe('(integer) 4')
    expect(run('ZRANGE d 0 -1 WITHSCORES')).toBe('[x, 1, y, 12, z, 23, w, 30]')
  })
})

describe('ZUNIONSTORE, ZINTERSTORE, ZDIFFSTORE and ZRANGESTORE', () => {
  it('store a result, over what it was made of too, and delete the key for an empty one', () => {
    expect(run('ZUNIONSTORE d 2 a b')).toBe('(integer) 4')
    expect(run('ZRANGE d 0 -1 WITHSCORES')).toBe('[x, 1, y, 12, z, 23, w, 30]')
    expect(run('ZINTERSTORE a 2 a b')).toBe('(integer) 2')
    expect(run('ZRANGE a 0 -1 WITHSCORES')).toBe('[y, 12, z, 23]')
    expect(run('ZRANGESTORE s d 1 2')).toBe('(integer) 2')
    expect(run('ZRANGE s 0 -1')).toBe('[y, z]')
    expect(run('ZRANGESTORE d d (12 30 BYSCORE LIMIT 0 1')).toBe('(integer) 1')
    expect(run('ZDIFFSTORE d 2 a a')).toBe('(integer) 0')
    expect(run('EXISTS d')).toBe('(integer) 0')
    const events = ['zunionstore d', 'zinterstore a', 'zrangestore s', 'zrangestore d', 'del d']
    expect(server.events().filter((event) => !event.startsWith('keymiss'))).toEqual(events.map((event) => `${event} 0`))
    expect(run('ZRANGESTORE d a 0 -1 WITHSCORES')).toBe('(error) ERR syntax error')
  })

  it('give the memory of a result back when there is none for the whole of it', () => {
    const { arena } = server.engine.db(0)
    server.client.raw('ZADD', 'big', ...Array.from({ length: 300 }, (_, i) => [`${i}`, `m${i}`]).flat())
    const before = arena.usedBytes
    const commands = [
      'ZUNIONSTORE d 2 big big',
      'ZINTERSTORE d 2 big big',
      'ZDIFFSTORE d 1 big',
      'ZRANGESTORE d big 0 -1',
    ]
    for (const line of [...commands, 'ZUNION 1 big']) {
      let blocks = 6
      arena.alloc = (...words) => {
        if (blocks-- === 0) throw new Error('no memory left')
        return Arena.prototype.alloc.apply(arena, words)
      }
      expect(run(line)).toMatch('ERR')
      Reflect.deleteProperty(arena, 'alloc')
      expect(arena.usedBytes).toBe(before)
    }
  })

  it('keep the sign of zero in a large sorted set, and lose it where Redis has a listpack', () => {
    run('CONFIG SET zset-max-listpack-value 1000')
    run('ZADD z -0 a')
    expect(run('ZSCORE z a')).toBe('0')
    expect(run('ZINCRBY z -0 b')).toBe('-0')
    expect(run('ZSCORE z b')).toBe('0')
    for (let i = 0; i < 20; i++) run(`ZADD z -0 ${String(i).repeat(500)} 7 negative`)
    run('ZADD z -0 negative')
    expect(run('OBJECT ENCODING z')).toBe('listpack')
    expect(run('ZRANGEBYSCORE z 0 0 WITHSCORES')).not.toContain('-0')
    expect(run('ZUNION 1 z WEIGHTS -1 WITHSCORES')).toContain('a, -0')
    run('ZUNIONSTORE d 1 z WEIGHTS -1')
    expect(run('OBJECT ENCODING d')).toBe('listpack')
    expect(run('ZRANGE d 0 -1 WITHSCORES')).not.toContain('-0')
    run('CONFIG SET zset-max-listpack-value 64')
    run(`ZADD new -0 a -0 ${'x'.repeat(65)}`)
    expect(run('ZSCORE new a')).toBe('-0')
    expect(run('ZADD new CH 0 a')).toBe('(integer) 0')
    expect(run('ZSCORE new a')).toBe('-0')
    expect(run('ZINCRBY new 0 a')).toBe('0')
  })

  it('ZRANGESTORE forgets the sign of what went into a listpack before it became a skip list', () => {
    run('CONFIG SET zset-max-listpack-entries 2')
    run('ZADD z -0 a -0 b -0 c -0 d')
    run('ZRANGESTORE d z 0 -1')
    expect(run('ZRANGE d 0 -1 WITHSCORES')).toBe('[a, -0, b, -0, c, -0, d, -0]')
    run('ZRANGESTORE d z 10 0 BYSCORE REV')
    expect(run('ZRANGE d 0 -1 WITHSCORES')).toBe('[a, -0, b, -0, c, 0, d, 0]')
    run('ZRANGESTORE d z - + BYLEX LIMIT 0 3')
    expect(run('ZRANGE d 0 -1 WITHSCORES')).toBe('[a, 0, b, 0, c, -0]')
    run('CONFIG SET zset-max-listpack-entries 9')
    run(`ZADD e -0 a -0 b -0 ${'x'.repeat(65)}`)
    run('ZRANGESTORE d e 0 -1')
    expect(run('ZRANGE d 0 1 WITHSCORES')).toBe('[a, 0, b, 0]')
    expect(run('ZRANGE d -1 -1 WITHSCORES')).toMatch(', -0]')
  })

  it('store in the form that the size asks for', () => {
    const members = Array.from({ length: 300 }, (_, i) => [`${i}`, `m${i}`]).flat()
    server.client.raw('ZADD', 'big', ...members)
    expect(run('ZUNIONSTORE d 1 big')).toBe('(integer) 300')
    expect(run('OBJECT ENCODING d')).toBe('skiplist')
    expect(run('ZRANGESTORE d big 0 9')).toBe('(integer) 10')
    expect(run('OBJECT ENCODING d')).toBe('listpack')
  })
})

describe('ZPOPMIN, ZPOPMAX and ZMPOP', () => {
  it('take members from the ends', () => {
    expect(run('ZPOPMIN a')).toBe('[x, 1]')
    expect(run('ZPOPMAX b 2')).toBe('[w, 30, z, 20]')
    expect(run('ZMPOP 3 missing a b MAX COUNT 5')).toBe('[a, [[z, 3], [y, 2]]]')
    expect(run('ZMPOP 1 a MIN')).toBe('(nil)')
    expect(run('ZPOPMIN missing')).toBe('[]')
    expect(run('ZPOPMIN b 0')).toBe('[]')
    const events = ['zpopmin a', 'zpopmax b', 'zpopmax a', 'del a'].map((event) => `${event} 0`)
    expect(server.events().filter((event) => !event.startsWith('keymiss'))).toEqual(events)
  })

  it('refuse what is wrong', () => {
    expect(run('ZPOPMIN a -1')).toBe('(error) ERR value is out of range, must be positive')
    expect(run('ZPOPMAX s x y')).toBe('(error) ERR syntax error')
    expect(run('ZPOPMIN s')).toBe(WRONG_TYPE)
    expect(run('ZMPOP 0 a MIN')).toBe('(error) ERR numkeys should be greater than 0')
    expect(run('ZMPOP 1 a MID')).toBe('(error) ERR syntax error')
    for (const line of ['ZMPOP 1 a MIN', 'BZMPOP 0 1 a MAX', 'LMPOP 1 l LEFT', 'BLMPOP 0 1 l RIGHT']) {
      for (const count of ['0', '-1', 'x', '0 -900', '9223372036854775808 COUNT']) {
        expect(run(`${line} COUNT ${count}`)).toBe('(error) ERR count should be greater than 0')
      }
      for (const end of ['COUNT', 'COUNT 1 -900', 'COUNT 1 COUNT 0', 'FOO 0']) {
        expect(run(`${line} ${end}`)).toBe('(error) ERR syntax error')
      }
    }
  })
})

describe('BZPOPMIN, BZPOPMAX and BZMPOP', () => {
  it('answer at once, or wait for members', () => {
    expect(run('BZPOPMIN missing a 0')).toBe('[a, x, 1]')
    expect(run('BZMPOP 0 2 missing b MAX')).toBe('[b, [[w, 30]]]')
    const waiting = server.connect()
    expect(waiting.raw('BZPOPMAX', 'k', 'l', '0')).toBe('')
    run('ZADD l 1 m 2 n')
    expect(waiting.received()).toBe('*3\r\n$1\r\nl\r\n$1\r\nn\r\n$1\r\n2\r\n')
    expect(waiting.raw('BZMPOP', '0.1', '1', 'k', 'MIN')).toBe('')
    server.clock.advance(100)
    expect(waiting.received()).toBe('*-1\r\n')
    expect(run('BZPOPMIN a x')).toBe('(error) ERR timeout is not a float or out of range')
    expect(run('BZPOPMIN s 0')).toBe(WRONG_TYPE)
  })
})

describe('ZRANDMEMBER and ZSCAN', () => {
  it('return members, of large sorted sets too', () => {
    for (const entries of [128, 0]) {
      run(`CONFIG SET zset-max-listpack-entries ${entries}`)
      run('DEL z')
      server.client.raw('ZADD', 'z', ...Array.from({ length: 50 }, (_, i) => [`${i}`, `m${i}`]).flat())
      const all = new Set(Array.from({ length: 50 }, (_, i) => `m${i}`))
      expect(all).toContain(run('ZRANDMEMBER z'))
      const words = (line: string): string[] => run(line).slice(1, -1).split(', ')
      const some = words('ZRANDMEMBER z 20')
      expect(new Set(some).size).toBe(20)
      expect(words('ZRANDMEMBER z -200').length).toBe(200)
      expect(new Set(words('ZRANDMEMBER z 50'))).toEqual(all)
      const pairs = words('ZRANDMEMBER z 3 WITHSCORES')
      expect(pairs[0]).toBe(`m${pairs[1]}`)
      const seen = new Set<string>()
      for (let cursor = '0', turns = 0; turns === 0 || cursor !== '0'; turns++) {
        const [next, ...members] = run(`ZSCAN z ${cursor} COUNT 5 NOSCORES`).replace(/[[\]]/g, '').split(', ')
        cursor = next
        for (const member of members) if (member !== '') seen.add(member)
      }
      expect(seen).toEqual(all)
      expect(run('ZSCAN z 0 MATCH m7 COUNT 100')).toBe('[0, [m7, 7]]')
    }
    expect(run('ZRANDMEMBER missing')).toBe('(nil)')
    expect(run('ZRANDMEMBER missing 3')).toBe('[]')
    expect(run('ZRANDMEMBER z 9223372036854775807 WITHSCORES')).toBe('(error) ERR value is out of range')
    expect(run('ZRANDMEMBER z 1 FOO')).toBe('(error) ERR syntax error')
  })

  it('stop when the client is going to be closed, as HRANDFIELD and SRANDMEMBER do', () => {
    run('HSET h f v')
    run('SADD m a')
    for (const form of [128, 0]) {
      for (const type of ['hash', 'set', 'zset']) run(`CONFIG SET ${type}-max-listpack-entries ${form}`)
      for (const line of ['ZRANDMEMBER a', 'HRANDFIELD h', 'SRANDMEMBER m']) {
        const client = server.connect()
        client.run('MULTI')
        client.run(`CLIENT KILL ID ${client.session.id} SKIPME no`)
        client.run(`${line} -9007199254740991`)
        client.raw('EXEC')
        expect(client.closed).toBe(true)
      }
    }
  })

  it('ZSCAN prints the scores of a skip list with seventeen digits, as Valkey', () => {
    expect(run('ZADD f 0.1 a')).toBe('(integer) 1')
    expect(run('ZSCAN f 0')).toBe('[0, [a, 0.1]]')
    run('CONFIG SET zset-max-listpack-entries 0')
    run('ZADD f 2 b')
    expect(run('ZSCAN f 0 MATCH a')).toBe('[0, [a, 0.10000000000000001]]')
    expect(run('ZSCORE f a')).toBe('0.1')
  })

  it('ZSCAN looks at its options only when there is a sorted set', () => {
    run('SET text v')
    expect(run('ZSCAN missing 0 COUNT 0 FOO')).toBe('[0, []]')
    expect(run('ZSCAN missing x')).toBe('(error) ERR invalid cursor')
    expect(run('ZSCAN text x FOO')).toBe('(error) ERR invalid cursor')
    expect(run('ZSCAN text 0 FOO')).toBe(WRONG_TYPE)
    expect(run('ZSCAN a 0 FOO')).toBe('(error) ERR syntax error')
    expect(run('ZSCAN a 0 COUNT 0')).toBe('(error) ERR syntax error')
    expect(run('ZSCAN a 0 NOVALUES')).toBe('(error) ERR NOVALUES option can only be used in HSCAN')
    for (const scan of ['SCAN 0', 'HSCAN h 0', 'SSCAN members 0']) {
      run('HSET h f v')
      run('SADD members m')
      expect(run(`${scan} NOSCORES`)).toBe('(error) ERR NOSCORES option can only be used in ZSCAN')
    }
  })

  it('choose each member about as often as any other', () => {
    const counts = new Map<string, number>()
    for (let i = 0; i < 3000; i++) {
      const member = run('ZRANDMEMBER a')
      counts.set(member, (counts.get(member) ?? 0) + 1)
    }
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})
