import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestClient, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'
const NOT_INTEGER = '(error) ERR value is not an integer or out of range'
const NOT_POSITIVE = '(error) ERR value is out of range, must be positive'
const MAGNITUDE = '(error) ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807'

let server: TestEngine
const run = (line: string): string => server.client.run(line)
const all = (key = 'l'): string => run(`LRANGE ${key} 0 -1`)
/** Events since the last call, but for those that tell of a missing key. */
const changes = (): string[] => server.events().filter((event) => !event.startsWith('keymiss'))
beforeEach(() => {
  server = startTestEngine()
})

describe('LPUSH, RPUSH, LPUSHX and RPUSHX', () => {
  it('put elements at the ends, one after the other, and answer with the length', () => {
    expect(run('RPUSH l a b')).toBe('(integer) 2')
    expect(run('LPUSH l c d')).toBe('(integer) 4')
    expect(run('RPUSHX l e')).toBe('(integer) 5')
    expect(run('LPUSHX l f g')).toBe('(integer) 7')
    expect(all()).toBe('[g, f, d, c, a, b, e]')
    expect(run('TYPE l')).toBe('list')
    expect(changes()).toEqual(['rpush l 0', 'lpush l 0', 'rpush l 0', 'lpush l 0'])
  })

  it('do nothing with X when the key does not exist', () => {
    expect(run('LPUSHX l a')).toBe('(integer) 0')
    expect(run('RPUSHX l a')).toBe('(integer) 0')
    expect(run('EXISTS l')).toBe('(integer) 0')
    expect(changes()).toEqual([])
  })

  it('keep numbers, empty strings, long ones, bytes and the time to live', () => {
    const values = ['', '0', '-1', '007', '9223372036854775807', '9223372036854775808', 'a\r\nb\0', 'x'.repeat(20_000)]
    run('RPUSH l first')
    run('EXPIRE l 100')
    expect(server.client.raw('RPUSH', 'l', ...values)).toBe(':9\r\n')
    for (const [i, value] of values.entries()) {
      expect(server.client.raw('LINDEX', 'l', i + 1)).toBe(`$${value.length}\r\n${value}\r\n`)
    }
    expect(run('TTL l')).toBe('(integer) 100')
  })

  it('are a listpack up to 8 KiB and a quicklist beyond, and again a listpack at half of that', () => {
    for (let i = 0; i < 8; i++) server.client.raw('RPUSH', 'l', `${i}`.repeat(1000))
    expect(run('OBJECT ENCODING l')).toBe('listpack')
    server.client.raw('RPUSH', 'l', '8'.repeat(1000))
    expect(run('OBJECT ENCODING l')).toBe('quicklist')
    run('LTRIM l 0 4')
    expect(run('OBJECT ENCODING l')).toBe('quicklist')
    run('RPOP l')
    expect(run('OBJECT ENCODING l')).toBe('listpack')
    expect(run('LLEN l')).toBe('(integer) 4')
  })

  it('follow list-max-listpack-size as a number of elements too', () => {
    run('CONFIG SET list-max-listpack-size 4')
    run('RPUSH l 1 2 3 4')
    expect(run('OBJECT ENCODING l')).toBe('listpack')
    run('RPUSH l 5')
    expect(run('OBJECT ENCODING l')).toBe('quicklist')
    run('RPOP l')
    expect(run('OBJECT ENCODING l')).toBe('quicklist')
    run('LPOP l 2')
    expect(run('OBJECT ENCODING l')).toBe('listpack')
    expect(all()).toBe('[3, 4]')
  })
})

describe('LPOP and RPOP', () => {
  it('take elements from the ends, and the key with the last one', () => {
    run('RPUSH l a b c d e')
    server.events()
    expect(run('LPOP l')).toBe('a')
    expect(run('RPOP l')).toBe('e')
    expect(run('RPOP l 2')).toBe('[d, c]')
    expect(run('LPOP l 10')).toBe('[b]')
    expect(run('EXISTS l')).toBe('(integer) 0')
    expect(changes()).toEqual(['lpop l 0', 'rpop l 0', 'rpop l 0', 'lpop l 0', 'del l 0'])
  })

  it('answer nil, and an array of it, for a key that does not exist', () => {
    expect(server.client.raw('LPOP', 'l')).toBe('$-1\r\n')
    expect(server.client.raw('LPOP', 'l', '1')).toBe('*-1\r\n')
    expect(server.client.raw('RPOP', 'l', '0')).toBe('*-1\r\n')
    run('RPUSH l a')
    expect(server.client.raw('RPOP', 'l', '0')).toBe('*0\r\n')
    run('HELLO 3')
    expect(server.client.raw('LPOP', 'missing')).toBe('_\r\n')
    expect(server.client.raw('LPOP', 'missing', '1')).toBe('_\r\n')
  })

  it('take counts of 0 to 2^63 - 1', () => {
    run('RPUSH l a b')
    for (const count of ['-1', 'x', '9223372036854775808', '-9223372036854775808']) {
      expect(run(`LPOP l ${count}`)).toBe(NOT_POSITIVE)
    }
    expect(run('LPOP l 1 2')).toBe("(error) ERR wrong number of arguments for 'lpop' command")
    expect(run('RPOP l 9223372036854775807')).toBe('[b, a]')
  })
})

describe('LLEN, LINDEX, LRANGE and LPOS', () => {
  beforeEach(() => {
    run('RPUSH l a b c b a b')
    server.events()
  })

  it('LLEN and LINDEX answer for indexes from both ends, and outside', () => {
    expect(run('LLEN l')).toBe('(integer) 6')
    expect(run('LLEN missing')).toBe('(integer) 0')
    expect(run('LINDEX l 2')).toBe('c')
    expect(run('LINDEX l -1')).toBe('b')
    expect(run('LINDEX l -6')).toBe('a')
    for (const index of ['6', '-7', '2147483648', '4294967296', '-4294967296', '9223372036854775807']) {
      expect(run(`LINDEX l ${index}`)).toBe('(nil)')
    }
    expect(run('LINDEX missing x')).toBe('(nil)')
    expect(run('LINDEX l 9223372036854775808')).toBe(NOT_INTEGER)
  })

  it('LRANGE clamps its indexes to the list', () => {
    expect(run('LRANGE l 1 3')).toBe('[b, c, b]')
    expect(run('LRANGE l -2 100')).toBe('[a, b]')
    expect(run('LRANGE l -100 0')).toBe('[a]')
    expect(run('LRANGE l 3 2')).toBe('[]')
    expect(run('LRANGE l 6 9')).toBe('[]')
    expect(run('LRANGE l -9223372036854775808 9223372036854775807')).toBe('[a, b, c, b, a, b]')
    expect(run('LRANGE missing 0 -1')).toBe('[]')
    expect(run('LRANGE l 0 x')).toBe(NOT_INTEGER)
  })

  it('LPOS finds by rank, count and how far to look', () => {
    expect(run('LPOS l b')).toBe('(integer) 1')
    expect(run('LPOS l b RANK 2')).toBe('(integer) 3')
    expect(run('LPOS l b RANK -1')).toBe('(integer) 5')
    expect(run('LPOS l b COUNT 2')).toBe('[(integer) 1, (integer) 3]')
    expect(run('LPOS l b RANK -2 COUNT 0')).toBe('[(integer) 3, (integer) 1]')
    expect(run('LPOS l b COUNT 0 MAXLEN 4')).toBe('[(integer) 1, (integer) 3]')
    expect(run('LPOS l c MAXLEN 2')).toBe('(nil)')
    expect(run('LPOS l z')).toBe('(nil)')
    expect(run('LPOS l z COUNT 0')).toBe('[]')
    expect(run('LPOS l b RANK 9223372036854775807')).toBe('(nil)')
  })

  it('LPOS refuses what is no rank, no count, and no option', () => {
    expect(run('LPOS l b RANK 0')).toContain("ERR RANK can't be zero: use 1 to start from the first match")
    expect(run('LPOS l b RANK -9223372036854775808')).toBe(MAGNITUDE)
    expect(run('LPOS l b RANK x')).toBe(NOT_INTEGER)
    expect(run('LPOS l b COUNT -1')).toBe("(error) ERR COUNT can't be negative")
    expect(run('LPOS l b MAXLEN -1')).toBe("(error) ERR MAXLEN can't be negative")
    expect(run('LPOS l b RANK')).toBe('(error) ERR syntax error')
    expect(run('LPOS l b FIRST 1')).toBe('(error) ERR syntax error')
  })
})

describe('LSET, LINSERT, LREM and LTRIM', () => {
  beforeEach(() => {
    run('RPUSH l a b c b a b')
    server.events()
  })

  it('LSET lets a node grow beyond its limit, so that the list is a listpack again when it is short', () => {
    for (let i = 0; i < 10; i++) run(`RPUSH long ${'x'.repeat(700)}`)
    run(`LSET long 9 ${'x'.repeat(8000)}`)
    expect(run('OBJECT ENCODING long')).toBe('quicklist')
    run('LTRIM long 5 8')
    expect(run('OBJECT ENCODING long')).toBe('listpack')
    for (let i = 0; i < 4; i++) run(`LSET long ${i} ${'x'.repeat(8000)}`)
    expect([...Array(4).keys()].map((i) => run(`LINDEX long ${i}`).length)).toEqual([8000, 8000, 8000, 8000])
  })

  it('keep the size of nodes that the list was made with, however the limit changes', () => {
    run('CONFIG SET list-max-listpack-size 16')
    server.client.raw('RPUSH', 'many', ...Array.from({ length: 30 }, (_, i) => `${i}`))
    run('CONFIG SET list-max-listpack-size 3')
    run('RPUSH many x')
    run('CONFIG SET list-max-listpack-size -2')
    run('LTRIM many -4 -1')
    expect(run('OBJECT ENCODING many')).toBe('listpack')
  })

  it('LSET gives an element another value', () => {
    expect(run('LSET l 1 x')).toBe('OK')
    expect(run('LSET l -1 12345')).toBe('OK')
    expect(all()).toBe('[a, x, c, b, a, 12345]')
    expect(run('LSET l 6 x')).toBe('(error) ERR index out of range')
    expect(run('LSET l 4294967296 x')).toBe('(error) ERR index out of range')
    expect(run('LSET l x x')).toBe(NOT_INTEGER)
    expect(run('LSET missing 0 x')).toBe('(error) ERR no such key')
    expect(changes()).toEqual(['lset l 0', 'lset l 0'])
  })

  it('LINSERT puts an element beside the first one that is equal', () => {
    expect(run('LINSERT l BEFORE b x')).toBe('(integer) 7')
    expect(run('LINSERT l after c y')).toBe('(integer) 8')
    expect(run('LINSERT l AFTER b z')).toBe('(integer) 9')
    expect(all()).toBe('[a, x, b, z, c, y, b, a, b]')
    expect(run('LINSERT l BEFORE nothing x')).toBe('(integer) -1')
    expect(run('LINSERT missing BEFORE a x')).toBe('(integer) 0')
    expect(run('LINSERT l BESIDE a x')).toBe('(error) ERR syntax error')
    expect(changes()).toEqual(['linsert l 0', 'linsert l 0', 'linsert l 0'])
  })

  it('LREM removes equal elements from either end, and the key with the last one', () => {
    expect(run('LREM l 1 b')).toBe('(integer) 1')
    expect(run('LREM l -1 b')).toBe('(integer) 1')
    expect(all()).toBe('[a, c, b, a]')
    expect(run('LREM l 0 z')).toBe('(integer) 0')
    expect(run('LREM missing 0 a')).toBe('(integer) 0')
    expect(run('LREM l 0 a')).toBe('(integer) 2')
    expect(run('LREM l 5 b')).toBe('(integer) 1')
    expect(run('LREM l 9223372036854775807 c')).toBe('(integer) 1')
    expect(changes()).toEqual(['lrem l 0', 'lrem l 0', 'lrem l 0', 'lrem l 0', 'lrem l 0', 'del l 0'])
    expect(run('LREM l -9223372036854775808 c')).toBe(MAGNITUDE)
  })

  it('LTRIM keeps a range, and tells even when that is everything', () => {
    expect(run('LTRIM l 0 -1')).toBe('OK')
    expect(run('LTRIM l 1 -2')).toBe('OK')
    expect(all()).toBe('[b, c, b, a]')
    expect(run('LTRIM l 5 9')).toBe('OK')
    expect(run('LTRIM l 0 1')).toBe('OK')
    expect(run('LTRIM l 0 x')).toBe(NOT_INTEGER)
    expect(changes()).toEqual(['ltrim l 0', 'ltrim l 0', 'ltrim l 0', 'del l 0'])
  })
})

describe('LMOVE, RPOPLPUSH and LMPOP', () => {
  beforeEach(() => {
    run('RPUSH l a b c')
    server.events()
  })

  it('LMOVE and RPOPLPUSH move an element, and tell of its coming first', () => {
    expect(run('LMOVE l m LEFT RIGHT')).toBe('a')
    expect(run('LMOVE l m right LEFT')).toBe('c')
    expect(run('RPOPLPUSH l m')).toBe('b')
    expect(all('m')).toBe('[b, c, a]')
    expect(run('EXISTS l')).toBe('(integer) 0')
    const moves = ['rpush m 0', 'lpop l 0', 'lpush m 0', 'rpop l 0', 'lpush m 0', 'rpop l 0', 'del l 0']
    expect(changes()).toEqual(moves)
    expect(run('LMOVE l m LEFT LEFT')).toBe('(nil)')
    expect(run('RPOPLPUSH l m')).toBe('(nil)')
    expect(run('LMOVE m l UP LEFT')).toBe('(error) ERR syntax error')
  })

  it('LMOVE and RPOPLPUSH turn a list, one of a single element too', () => {
    run('RPOPLPUSH l l')
    expect(all()).toBe('[c, a, b]')
    run('LMOVE l l LEFT RIGHT')
    expect(all()).toBe('[a, b, c]')
    run('RPUSH one x')
    run('EXPIRE one 100')
    expect(run('RPOPLPUSH one one')).toBe('x')
    expect(all('one')).toBe('[x]')
    expect(run('TTL one')).toBe('(integer) 100')
  })

  it('LMOVE changes nothing when the destination is no list', () => {
    run('SET s v')
    server.events()
    expect(run('LMOVE l s LEFT LEFT')).toBe(WRONG_TYPE)
    expect(run('RPOPLPUSH l s')).toBe(WRONG_TYPE)
    expect(all()).toBe('[a, b, c]')
    expect(run('RPOPLPUSH missing s')).toBe('(nil)')
    expect(changes()).toEqual([])
  })

  it('LMPOP takes from the first list that has something', () => {
    expect(run('LMPOP 2 missing l LEFT')).toBe('[l, [a]]')
    expect(run('LMPOP 1 l right COUNT 5')).toBe('[l, [c, b]]')
    expect(server.client.raw('LMPOP', '1', 'l', 'LEFT')).toBe('*-1\r\n')
    expect(changes()).toEqual(['lpop l 0', 'rpop l 0', 'del l 0'])
  })

  it('LMPOP refuses wrong numbers, sides and options', () => {
    for (const count of ['0', '-1', 'x']) {
      expect(run(`LMPOP ${count} l LEFT`)).toBe('(error) ERR numkeys should be greater than 0')
      expect(run(`LMPOP 1 l LEFT COUNT ${count}`)).toBe('(error) ERR count should be greater than 0')
    }
    const wrong = ['2 l LEFT', '1 l UP', '1 l LEFT COUNT', '1 l LEFT COUNT 1 COUNT 1', '9223372036854775807 l LEFT']
    for (const words of wrong) expect(run(`LMPOP ${words}`)).toBe('(error) ERR syntax error')
  })
})

describe('Every list command', () => {
  it('counts the elements that it changes as changes since the last save', () => {
    const changesOf = (line: string): number => {
      const before = server.engine.dirty
      run(line)
      return server.engine.dirty - before
    }
    expect(changesOf('RPUSH l a b c b a b')).toBe(6)
    expect(changesOf('LSET l 0 x')).toBe(1)
    expect(changesOf('LINSERT l BEFORE c y')).toBe(1)
    expect(changesOf('LREM l 0 b')).toBe(3)
    expect(changesOf('LTRIM l 0 -1')).toBe(0)
    expect(changesOf('LTRIM l 1 -1')).toBe(1)
    expect(changesOf('LMOVE l m LEFT LEFT')).toBe(1)
    expect(changesOf('RPOPLPUSH m m')).toBe(1)
    expect(changesOf('LPOP l 2')).toBe(2)
    expect(changesOf('LPOP l 2')).toBe(0)
    expect(changesOf('LREM m 0 y')).toBe(1)
    expect(run('DBSIZE')).toBe('(integer) 0')
  })

  it('refuses a key of another type, without a change', () => {
    run('SET s v')
    server.events()
    const lines = [
      'LPUSH s a',
      'RPUSH s a',
      'LPUSHX s a',
      'RPUSHX s a',
      'LPOP s',
      'RPOP s 1',
      'LLEN s',
      'LINDEX s 0',
      'LSET s 0 a',
      'LRANGE s 0 1',
      'LINSERT s BEFORE a b',
      'LREM s 0 a',
      'LTRIM s 0 1',
      'LPOS s a',
      'LMOVE s l LEFT LEFT',
      'RPOPLPUSH s l',
      'LMPOP 1 s LEFT',
      'BLPOP s 0',
      'BRPOP s 0',
      'BLMOVE s l LEFT LEFT 0',
      'BRPOPLPUSH s l 0',
      'BLMPOP 0 1 s LEFT',
    ]
    for (const line of lines) expect([line, run(line)]).toEqual([line, WRONG_TYPE])
    expect(run('GET s')).toBe('v')
    expect(changes()).toEqual([])
  })
})

describe('BLPOP, BRPOP, BLMPOP, BLMOVE and BRPOPLPUSH', () => {
  let a: TestClient
  let b: TestClient
  beforeEach(() => {
    a = server.connect()
    b = server.connect()
  })

  it('answer at once from the first list that has something', () => {
    run('RPUSH l 1 2 3 4 5 6')
    server.events()
    expect(a.run('BLPOP missing l 0')).toBe('[l, 1]')
    expect(a.run('BRPOP l missing 0')).toBe('[l, 6]')
    expect(a.run('BLMPOP 0 2 missing l LEFT COUNT 2')).toBe('[l, [2, 3]]')
    expect(a.run('BLMOVE l m LEFT RIGHT 0')).toBe('4')
    expect(a.run('BRPOPLPUSH l m 0')).toBe('5')
    expect(run('LRANGE m 0 -1')).toBe('[5, 4]')
    const events = ['lpop l 0', 'rpop l 0', 'lpop l 0', 'rpush m 0', 'lpop l 0', 'lpush m 0', 'rpop l 0', 'del l 0']
    expect(changes()).toEqual(events)
  })

  it('wait for a push, and take what is there when the pushing command is over', () => {
    expect(a.raw('BLPOP', 'x', 'l', '0')).toBe('')
    expect(run('LPUSH l 1 2 3')).toBe('(integer) 3')
    expect(a.received()).toBe('*2\r\n$1\r\nl\r\n$1\r\n3\r\n')
    expect(b.raw('BRPOP', 'l', '0')).toBe('*2\r\n$1\r\nl\r\n$1\r\n1\r\n')
    a.raw('BLMPOP', '0', '1', 'm', 'RIGHT', 'COUNT', '10')
    run('RPUSH m 1 2')
    expect(a.received()).toBe('*2\r\n$1\r\nm\r\n*2\r\n$1\r\n2\r\n$1\r\n1\r\n')
    expect(run('EXISTS m')).toBe('(integer) 0')
  })

  it('serve the one that waits longest first, each with an element', () => {
    a.raw('BLPOP', 'l', '0')
    b.raw('BLPOP', 'l', '0')
    run('RPUSH l 1')
    expect([a.received(), b.received()]).toEqual(['*2\r\n$1\r\nl\r\n$1\r\n1\r\n', ''])
    run('RPUSH l 2 3')
    expect(b.received()).toBe('*2\r\n$1\r\nl\r\n$1\r\n2\r\n')
    expect(run('LRANGE l 0 -1')).toBe('[3]')
  })

  it('pass elements on: BLMOVE feeds BRPOPLPUSH feeds BLPOP', () => {
    const c = server.connect()
    a.raw('BLMOVE', '1', '2', 'LEFT', 'RIGHT', '0')
    b.raw('BRPOPLPUSH', '2', '3', '0')
    c.raw('BLPOP', '3', '0')
    run('RPUSH 1 x')
    expect([a.received(), b.received()]).toEqual(['$1\r\nx\r\n', '$1\r\nx\r\n'])
    expect(c.received()).toBe('*2\r\n$1\r\n3\r\n$1\r\nx\r\n')
    expect(run('DBSIZE')).toBe('(integer) 0')
  })

  it('answer with a null array when the time is over', () => {
    const lines = ['BLPOP l 1', 'BRPOP l 1', 'BLMPOP 1 1 l LEFT', 'BLMOVE l m LEFT LEFT 1', 'BRPOPLPUSH l m 1']
    for (const line of lines) {
      expect(a.raw(...line.split(' '))).toBe('')
      server.clock.advance(999)
      expect(a.received()).toBe('')
      server.clock.advance(1)
      expect([line, a.received()]).toEqual([line, '*-1\r\n'])
    }
  })

  it('wait no shorter than they should when a timer is early', () => {
    const { clock } = server
    const every = clock.every.bind(clock)
    clock.every = (ms, task) => every(Math.max(ms - 2, 1), task)
    a.raw('BLPOP', 'l', '1')
    clock.advance(999)
    expect(a.received()).toBe('')
    clock.advance(1)
    expect(a.received()).toBe('*-1\r\n')
    clock.advance(5000)
    expect(a.received()).toBe('')
  })

  it('are counted when their time is over, and as rejected when another client ends them', () => {
    const stats = (): string =>
      /cmdstat_blpop:(calls=\d+).*(rejected.*)/.exec(run('INFO commandstats'))?.slice(1).join() ?? ''
    const id = a.run('CLIENT ID').replace(/\D/g, '')
    a.raw('BLPOP', 'l', '1')
    expect(stats()).toBe('')
    server.clock.advance(1000)
    expect(stats()).toBe('calls=1,rejected_calls=0,failed_calls=0')
    a.raw('BLPOP', 'l', '0')
    run(`CLIENT UNBLOCK ${id}`)
    expect(stats()).toBe('calls=2,rejected_calls=0,failed_calls=0')
    a.raw('BLPOP', 'l', '0')
    run(`CLIENT UNBLOCK ${id} ERROR`)
    expect(stats()).toBe('calls=3,rejected_calls=1,failed_calls=0')
    expect(run('INFO errorstats')).toContain('errorstat_UNBLOCKED:count=1')
  })

  it('go on waiting when the key becomes something else, and refuse a destination of another type', () => {
    a.raw('BLMOVE', 'l', 's', 'LEFT', 'LEFT', '0')
    run('SET l v')
    run('SET s v')
    expect(a.received()).toBe('')
    run('DEL l')
    run('RPUSH l 1')
    expect(a.received()).toBe('-WRONGTYPE Operation against a key holding the wrong kind of value\r\n')
    expect(run('LRANGE l 0 -1')).toBe('[1]')
  })

  it('refuse wrong times', () => {
    expect(run('BLPOP l -1')).toBe('(error) ERR timeout is negative')
    expect(run('BRPOP l x')).toBe('(error) ERR timeout is not a float or out of range')
    expect(run('BLMOVE l m LEFT LEFT 1e300')).toBe('(error) ERR timeout is out of range')
    expect(run('BRPOPLPUSH l m inf')).toBe('(error) ERR timeout is out of range')
    expect(run('BLMPOP x 1 l LEFT')).toBe('(error) ERR timeout is not a float or out of range')
    expect(run('BLMPOP x 0 l LEFT')).toBe('(error) ERR numkeys should be greater than 0')
    expect(server.engine.blocking.count).toBe(0)
  })
})
