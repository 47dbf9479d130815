import { beforeEach, describe, expect, it } from 'vitest'
import { seededRandom, startTestEngine, type TestEngine } from '../_test-client.ts'

const NOT_A_NUMBER = "(error) ERR One or more scores can't be converted into double"

let server: TestEngine
const run = (line: string): string => server.client.run(line)
const runAll = (...lines: readonly string[]): string[] => lines.map(run)
beforeEach(() => {
  server = startTestEngine()
})

describe('SORT', () => {
  it('sorts lists, sets and sorted sets by number, whatever their order and scores', () => {
    runAll('RPUSH l 3 10 -1 2.5', 'SADD s 3 10 -1 2.5', 'ZADD z 1 3 2 10 3 -1 4 2.5')
    for (const key of ['l', 's', 'z']) {
      expect(run(`SORT ${key}`)).toBe('[-1, 2.5, 3, 10]')
      expect(run(`SORT ${key} DESC`)).toBe('[10, 3, 2.5, -1]')
      expect(run(`SORT ${key} ALPHA`)).toBe('[-1, 10, 2.5, 3]')
      expect(run(`SORT ${key} alpha desc`)).toBe('[3, 2.5, 10, -1]')
    }
  })

  it('sorts in the same way when the collection is large', () => {
    const next = seededRandom(3)
    const numbers = Array.from({ length: 3000 }, (_, i) => ((i * 7919) % 3000) + (next.next() % 2) / 2)
    const words = numbers.map(String)
    server.client.raw('RPUSH', 'l', ...words)
    server.client.raw('SADD', 's', ...words)
    server.client.raw('ZADD', 'z', ...words.flatMap((word) => [String(next.next() % 50), word]))
    const byNumber = `[${[...numbers].sort((a, b) => a - b).join(', ')}]`
    const byText = `[${[...words].sort().reverse().join(', ')}]`
    for (const key of ['l', 's', 'z']) {
      expect(run(`SORT ${key}`)).toBe(byNumber)
      expect(run(`SORT ${key} ALPHA DESC`)).toBe(byText)
      expect(run(`SORT ${key} LIMIT 2990 20`)).toBe(`[${byNumber.slice(1, -1).split(', ').slice(2990).join(', ')}]`)
    }
  })

  it('compares numbers as doubles, and equal ones by their bytes, which DESC turns round too', () => {
    run('RPUSH l 9007199254740993 9007199254740992 1e1 10 inf -inf 010 +10 -0 0')
    expect(run('SORT l')).toBe('[-inf, -0, 0, +10, 010, 10, 1e1, 9007199254740992, 9007199254740993, inf]')
    expect(run('SORT l DESC')).toBe('[inf, 9007199254740993, 9007199254740992, 1e1, 10, 010, +10, 0, -0, -inf]')
  })

  it.each(['a', 'nan', '1x', '0x10', '1e400', '-1e400', '1e-400', '', ' 1', '1 '])('refuses %j as a number', (text) => {
    server.client.raw('RPUSH', 'l', '1', text)
    server.client.raw('RPUSH', 'one', '1')
    server.client.raw('SET', 'w_1', text)
    expect(runAll('SORT l', 'SORT l LIMIT 0 0', 'SORT l DESC STORE d', 'SORT one BY w_*')).toEqual(
      new Array(4).fill(NOT_A_NUMBER),
    )
    expect(runAll('SORT one BY w_* ALPHA', 'EXISTS d')).toEqual(['[1]', '(integer) 0'])
  })

  it('reads a number up to a zero byte, as Valkey, and orders equal ones by all their bytes', () => {
    server.client.raw('RPUSH', 'l', '3\0x', '1\0b', '2', '1\0', '1')
    expect(run('SORT l')).toBe('[1, 1\0, 1\0b, 2, 3\0x]')
    server.client.raw('MSET', 'w_a', '3\0x', 'w_b', 'inf\0', 'w_c', '-1')
    run('RPUSH by a b c')
    expect(run('SORT by BY w_*')).toBe('[c, a, b]')
    for (const text of ['\0', '\x001', 'x\0', '0x10\0']) {
      server.client.raw('SET', 'w_b', text)
      expect(run('SORT by BY w_*')).toBe(NOT_A_NUMBER)
    }
  })

  it('compares texts by their bytes, the shorter one first', () => {
    server.client.raw('RPUSH', 'l', 'b', 'B', new Uint8Array([255]), 'ab', '', 'a\0', 'a', '_')
    expect(run('SORT l ALPHA')).toBe('[, B, _, a, a\0, ab, b, \xff]')
  })

  it('answers nothing for a missing key, and WRONGTYPE for other types once the words are right', () => {
    runAll('SET str v', 'HSET hash f v')
    expect(runAll('SORT none', 'SORT none GET # BY nosort')).toEqual(['[]', '[]'])
    const wrongType = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'
    expect(runAll('SORT str', 'SORT hash STORE d', 'SORT str BY nosort')).toEqual([wrongType, wrongType, wrongType])
    expect(runAll('SORT str x', 'SORT hash STORE')).toEqual(['(error) ERR syntax error', '(error) ERR syntax error'])
  })

  it('refuses words that it does not know, and options that are cut off', () => {
    run('RPUSH l 1')
    for (const words of ['x', 'LIMIT', 'LIMIT 1', 'BY', 'GET', 'GET # GET', 'STORE', 'ASC 1']) {
      expect(run(`SORT l ${words}`)).toBe('(error) ERR syntax error')
    }
    for (const words of ['x 1', '1 x', '1.5 1', '9223372036854775808 1', '0 -9223372036854775809']) {
      expect(run(`SORT l LIMIT ${words}`)).toBe('(error) ERR value is not an integer or out of range')
    }
  })

  it('takes the last of contrary options', () => {
    run('RPUSH l 3 1 2')
    expect(runAll('SORT l DESC ASC', 'SORT l ASC DESC', 'SORT l LIMIT 0 1 LIMIT 1 2')).toEqual([
      '[1, 2, 3]',
      '[3, 2, 1]',
      '[2, 3]',
    ])
  })
})

describe('SORT ... LIMIT', () => {
  const limits: readonly (readonly [string, string])[] = [
    ['0 2', '1, 2'],
    ['1 2', '2, 3'],
    ['2 0', ''],
    ['9 2', ''],
    ['1 -1', '2, 3, 10'],
    ['-5 2', '1, 2'],
    ['-2 -5', '1, 2, 3, 10'],
    ['-2 0', ''],
    ['2147483648 2', ''],
    ['1 4294967296', '2, 3, 10'],
    ['9007199254740993 1', ''],
    ['9223372036854775807 9223372036854775807', ''],
    ['1 9223372036854775807', '2, 3, 10'],
    ['-9223372036854775808 2', '1, 2'],
    ['3 -9223372036854775808', '10'],
  ]

  it.each(limits)('%s', (limit, elements) => {
    runAll('RPUSH l 3 1 2 10', 'ZADD z 1 1 2 2 3 3 4 10', 'SADD s 10 3 2 1')
    expect(
      runAll(`SORT l LIMIT ${limit}`, `SORT z BY nosort LIMIT ${limit}`, `SORT s BY nosort LIMIT ${limit}`),
    ).toEqual(new Array(3).fill(`[${elements}]`))
  })
})

describe('SORT ... BY', () => {
  it('sorts by what a pattern leads to, a missing one as 0 or as the least text', () => {
    runAll('RPUSH l 1 2 3 4', 'MSET w_1 30 w_2 -5 w_3 4', 'LPUSH w_4 1')
    expect(runAll('SORT l BY w_*', 'SORT l BY w_* DESC', 'SORT l BY w_* ALPHA')).toEqual([
      '[2, 4, 3, 1]',
      '[1, 3, 4, 2]',
      '[4, 2, 1, 3]',
    ])
    run('SET w_2 x')
    expect(run('SORT l BY w_*')).toBe(NOT_A_NUMBER)
  })

  it('orders elements with equal numbers by their bytes, and leaves those with equal texts as they were', () => {
    runAll('RPUSH l 3 1 2 10', 'MSET w_1 5 w_2 5 w_3 5 w_10 5')
    expect(runAll('SORT l BY w_*', 'SORT l BY w_* DESC', 'SORT l BY w_* ALPHA', 'SORT l BY w_* ALPHA DESC')).toEqual([
      '[1, 10, 2, 3]',
      '[3, 2, 10, 1]',
      '[3, 1, 2, 10]',
      '[3, 1, 2, 10]',
    ])
  })

  it('keeps the order of a list without a star, which DESC turns round before LIMIT', () => {
    run('RPUSH l 3 x 2 10')
    expect(runAll('SORT l BY nosort', 'SORT l BY const DESC', 'SORT l BY nosort DESC LIMIT 1 2')).toEqual([
      '[3, x, 2, 10]',
      '[10, 2, x, 3]',
      '[2, x]',
    ])
    runAll('MSET w_3 2 w_x 1')
    expect(runAll('SORT l BY nosort BY w_*', 'SORT l BY w_* BY nosort')).toEqual(['[3, x, 2, 10]', '[3, x, 2, 10]'])
  })

  it('keeps the order of a sorted set, packed or large, and reads only the range of LIMIT', () => {
    run('ZADD small 1 c 2 a 3 b')
    server.client.raw('ZADD', 'large', ...Array.from({ length: 500 }, (_, i) => [String(i), `m${i}`]).flat())
    expect(runAll('SORT small BY nosort', 'SORT small BY nosort DESC', 'SORT small BY nosort LIMIT 1 5')).toEqual([
      '[c, a, b]',
      '[b, a, c]',
      '[a, b]',
    ])
    expect(runAll('SORT large BY nosort LIMIT 250 2', 'SORT large BY nosort DESC LIMIT 499 9')).toEqual([
      '[m250, m251]',
      '[m0]',
    ])
  })

  it('leaves the order of a set alone, but sorts it as texts for STORE', () => {
    run('SADD s 9 100 10')
    expect(runAll('SORT s BY nosort DESC', 'SORT s BY nosort DESC LIMIT 1 1')).toEqual(['[9, 10, 100]', '[10]'])
    expect(runAll('SORT s BY nosort STORE d', 'LRANGE d 0 -1')).toEqual(['(integer) 3', '[10, 100, 9]'])
    expect(runAll('SORT s BY nosort DESC STORE d', 'LRANGE d 0 -1')).toEqual(['(integer) 3', '[9, 100, 10]'])
  })
})

describe('SORT ... GET', () => {
  beforeEach(() => {
    run('RPUSH l 2 1')
  })

  it('answers with several values for each element, nil for what is missing, in RESP2 and RESP3', () => {
    runAll('SET v_1 one', 'HSET h_2 f two')
    const line = ['SORT', 'l', 'GET', 'v_*', 'GET', '#', 'GET', 'h_*->f']
    expect(server.client.raw(...line)).toBe('*6\r\n$3\r\none\r\n$1\r\n1\r\n$-1\r\n$-1\r\n$1\r\n2\r\n$3\r\ntwo\r\n')
    server.client.raw('HELLO', '3')
    expect(server.client.raw(...line)).toBe('*6\r\n$3\r\none\r\n$1\r\n1\r\n_\r\n_\r\n$1\r\n2\r\n$3\r\ntwo\r\n')
  })

  it('puts the element in the place of the first star only', () => {
    runAll('SET 1 a', 'SET 1* b', 'SET x->1 c', 'SET #1 d', 'SET const e')
    expect(runAll('SORT l GET *', 'SORT l GET **', 'SORT l GET x->*', 'SORT l GET #*', 'SORT l GET const')).toEqual([
      '[a, (nil)]',
      '[b, (nil)]',
      '[c, (nil)]',
      '[d, (nil)]',
      '[(nil), (nil)]',
    ])
    expect(server.client.raw('SORT', 'l', 'GET', '')).toBe('*2\r\n$-1\r\n$-1\r\n')
  })

  it('finds a field behind the first arrow after the star; an arrow with nothing behind it belongs to the key', () => {
    runAll('HSET h1 f 1 * 2 ->f 3 f->g 4', 'HSET x->1 f 5', 'SET h1-> 6', 'SET s1 7')
    for (const [pattern, value] of [
      ['h*->f', '1'],
      ['h*->*', '2'],
      ['h*->->f', '3'],
      ['h*->f->g', '4'],
      ['x->*->f', '5'],
      ['h*->', '6'],
      ['s*->f', '(nil)'],
      ['h*', '(nil)'],
      ['h*->none', '(nil)'],
    ]) {
      expect(run(`SORT l GET ${pattern}`)).toBe(`[${value}, (nil)]`)
    }
  })

  it('finds the fields of large hashes, and none whose time is over', () => {
    server.client.raw('HSET', 'h1', ...Array.from({ length: 1000 }, (_, i) => [`f${i}`, `v${i}`]).flat())
    run('HPEXPIRE h1 5 FIELDS 1 f7')
    expect(run('SORT l GET h*->f7')).toBe('[v7, (nil)]')
    server.clock.now += 6
    expect(runAll('SORT l GET h*->f7', 'SORT l GET h*->f8')).toEqual(['[(nil), (nil)]', '[v8, (nil)]'])
  })

  it('deletes keys whose time is over as it meets them, and counts hits and misses', () => {
    runAll('SET v_1 a PX 5', 'SET w_1 1', 'SET w_2 0')
    server.clock.now += 6
    server.events()
    const { stats } = server.engine
    const { keyspaceHits, keyspaceMisses } = stats
    expect(run('SORT l BY w_* GET v_*')).toBe('[(nil), (nil)]')
    expect(server.events()).toEqual(['keymiss v_2 0', 'expired v_1 0', 'keymiss v_1 0'])
    expect([stats.keyspaceHits - keyspaceHits, stats.keyspaceMisses - keyspaceMisses]).toEqual([3, 2])
  })
})

describe('SORT ... STORE', () => {
  it('makes a list of the result, in the place of any value and its time to live', () => {
    runAll('RPUSH l 3 1 2', 'SET d v PX 5000')
    server.events()
    const { dirty } = server.engine
    expect(run('SORT l STORE d')).toBe('(integer) 3')
    expect(server.events()).toEqual(['sortstore d 0'])
    expect(server.engine.dirty - dirty).toBe(3)
    expect(runAll('LRANGE d 0 -1', 'PTTL d', 'OBJECT ENCODING d')).toEqual(['[1, 2, 3]', '(integer) -1', 'listpack'])
  })

  it('stores an empty string for what GET does not find', () => {
    runAll('RPUSH l 2 1', 'SET v_2 two')
    expect(runAll('SORT l GET v_* GET # STORE d', 'LRANGE d 0 -1')).toEqual(['(integer) 4', '[, 1, two, 2]'])
  })

  it('deletes the key when the result is empty', () => {
    runAll('RPUSH l 1', 'RPUSH d x')
    server.events()
    expect(run('SORT l LIMIT 1 1 STORE d')).toBe('(integer) 0')
    expect(server.events()).toEqual(['del d 0'])
    expect(run('EXISTS d')).toBe('(integer) 0')
    server.events()
    expect(run('SORT none STORE d')).toBe('(integer) 0')
    expect(server.events()).toEqual(['keymiss none 0'])
  })

  it('may store at the key that it sorts, and at one that a pattern leads to', () => {
    runAll('RPUSH l 3 1 2', 'SET w_1 9')
    expect(runAll('SORT l STORE l', 'LRANGE l 0 -1')).toEqual(['(integer) 3', '[1, 2, 3]'])
    expect(runAll('SORT l BY w_* GET w_* STORE w_1', 'LRANGE w_1 0 -1')).toEqual(['(integer) 3', '[, , 9]'])
  })

  it('stores at the key of the last STORE, and COMMAND GETKEYS names that one', () => {
    run('RPUSH l 1')
    expect(runAll('SORT l STORE a STORE b', 'EXISTS a', 'EXISTS b')).toEqual([
      '(integer) 1',
      '(integer) 0',
      '(integer) 1',
    ])
    for (const [line, keys] of [
      ['SORT l STORE a STORE b', '[l, b]'],
      ['SORT l BY store GET store STORE b', '[l, b]'],
      ['SORT l LIMIT store store STORE b', '[l, b]'],
      ['SORT l STORE by STORE b', '[l, b]'],
      ['SORT l STORE', '[l]'],
      ['SORT l BY w_* GET v_*', '[l]'],
    ]) {
      expect(run(`COMMAND GETKEYS ${line}`)).toBe(keys)
    }
  })

  it('serves a client that waits for the list', () => {
    run('RPUSH l 2 1')
    const waiting = server.connect()
    expect(waiting.raw('BLPOP', 'd', '0')).toBe('')
    expect(run('SORT l STORE d')).toBe('(integer) 2')
    expect(waiting.received()).toBe('*2\r\n$1\r\nd\r\n$1\r\n1\r\n')
    expect(run('LRANGE d 0 -1')).toBe('[2]')
  })

  it('calls the list a listpack as long as its elements came into one node, one after the other', () => {
    const encodingOf = (count: number, text: string): string => {
      run('DEL l')
      server.client.raw('RPUSH', 'l', ...new Array<string>(count).fill(text))
      run('SORT l BY nosort STORE d')
      expect(run('LLEN d')).toBe(`(integer) ${count}`)
      return run('OBJECT ENCODING d')
    }
    for (const [count, text] of [
      [2044, 'ab'],
      [817, '1000000000000000'],
      [4089, ''],
      [1, 'x'.repeat(8178)],
    ] as const) {
      expect(encodingOf(count, text)).toBe('listpack')
      expect(count === 1 ? encodingOf(1, `${text}x`) : encodingOf(count + 1, text)).toBe('quicklist')
    }
    run('CONFIG SET list-max-listpack-size 128')
    expect([encodingOf(128, '1'), encodingOf(129, '1')]).toEqual(['listpack', 'quicklist'])
  })

  it('gives back all memory of what it replaces', () => {
    const { arena } = server.engine.db(0)
    const used = arena.usedBytes
    server.client.raw('RPUSH', 'l', ...Array.from({ length: 5000 }, (_, i) => String((i * 31) % 5000)))
    for (const order of ['ASC', 'DESC', 'ALPHA']) run(`SORT l ${order} STORE d`)
    expect(run('LRANGE d 0 2')).toBe('[0, 1, 10]')
    runAll('SORT none STORE d', 'DEL l')
    expect(arena.usedBytes).toBe(used)
  })
})
