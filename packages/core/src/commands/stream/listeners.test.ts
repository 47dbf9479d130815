import { beforeEach, describe, expect, it } from 'vitest'
import { latin1 } from '../../structures/bytes.ts'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

let server: TestEngine
const run = (line: string): string => server.client.run(line)
beforeEach(() => {
  server = startTestEngine()
  run('XADD a 1-1 f v')
  run('XADD b 2-1 f w')
  run('XGROUP CREATE a g 0')
  run('XGROUP CREATE b g 0')
})

/** Runs lines, by another client, when an event tells of a key for the first time. */
function whenFirst(wanted: string, ...lines: readonly string[]): void {
  const other = server.connect()
  let isOver = false
  server.engine.events.subscribe({
    classes: -1,
    onKeyEvent: (_class, event, _db, buf, start, length) => {
      if (isOver || `${event} ${latin1(buf, start, length)}` !== wanted) return
      isOver = true
      for (const line of lines) other.run(line)
    },
  })
}

describe('XREAD and XREADGROUP, while listeners to keyspace events change what they read', () => {
  it('leave out a key that has become something else', () => {
    whenFirst('keymiss none', 'SET a text', 'DEL b', 'RPUSH b x')
    expect(run('XREAD STREAMS a b none 0 0 0')).toBe('(nil)')
    expect([run('GET a'), run('LRANGE b 0 -1')]).toEqual(['text', '[x]'])
  })

  it('read what has come to another key meanwhile', () => {
    whenFirst('keymiss none', 'DEL a', 'XADD a 7-7 x y', 'SET b 1')
    expect(run('XREAD STREAMS a b none 0 0 0')).toBe('[[a, [[7-7, [x, y]]]]]')
  })

  it('leave out a group that goes while another key is looked up', () => {
    for (const change of ['XGROUP DESTROY b g', 'SET b text', 'DEL b']) {
      run('DEL a b c')
      for (const key of ['a', 'b', 'c']) {
        run(`XADD ${key} 1-1 f v`)
        run(`XGROUP CREATE ${key} g 0`)
      }
      run('PEXPIRE c 10')
      server.clock.now += 20
      whenFirst('expired c', change, 'XGROUP CREATE c g 0 MKSTREAM')
      expect(run('XREADGROUP GROUP g me STREAMS a b c > > >')).toBe('[[a, [[1-1, [f, v]]]]]')
      expect(run('XREADGROUP GROUP g me STREAMS a c > >')).toBe('(nil)')
      expect(run('XINFO CONSUMERS c g')).toMatch('pending, (integer) 0')
    }
  })

  it('write what was there, whatever listeners do when they hear of a new consumer', () => {
    const entries = '[[a, [[1-1, [f, v]]]], [b, [[2-1, [f, w]]]]]'
    whenFirst('xgroup-createconsumer a', 'SET b text', 'XGROUP DESTROY a g', 'DEL a')
    expect(run('XREADGROUP GROUP g me STREAMS a b > >')).toBe(entries)
    expect([run('GET b'), run('EXISTS a')]).toEqual(['text', '(integer) 0'])
    expect(server.events().filter((event) => event.startsWith('xgroup-createconsumer'))).toEqual([
      'xgroup-createconsumer a 0',
      'xgroup-createconsumer b 0',
    ])
  })
})

describe('A key that is named twice', () => {
  it('has nothing more for a consumer the second time, as in Valkey', () => {
    run('XADD a 3-1 f v')
    expect(run('XREADGROUP GROUP g c COUNT 1 STREAMS a a > >')).toBe('[[a, [[1-1, [f, v]]]], [a, [[3-1, [f, v]]]]]')
    run('XADD a 4-1 f v')
    expect(run('XREADGROUP GROUP g c STREAMS a a > >')).toBe('[[a, [[4-1, [f, v]]]]]')
    expect(run('XREADGROUP GROUP g c STREAMS a a > >')).toBe('(nil)')
    expect(run('XINFO CONSUMERS a g')).toContain('pending, (integer) 3')
  })

  it('gives what is idle once, the claims of both with their idle times', () => {
    run('XADD a 3-1 f v')
    run('XREADGROUP GROUP g c STREAMS a >')
    server.clock.advance(50)
    run('XADD a 4-1 f v')
    expect(run('XREADGROUP GROUP g d COUNT 1 CLAIM 20 STREAMS a a > >')).toBe(
      '[[a, [[1-1, [f, v], (integer) 50, (integer) 1]]], [a, [[3-1, [f, v], (integer) 50, (integer) 1]]]]',
    )
    expect(run('XREADGROUP GROUP g d CLAIM 20 STREAMS a a > >')).toBe('[[a, [[4-1, [f, v]]]]]')
  })

  it('has its history, and its entries, twice', () => {
    run('XREADGROUP GROUP g c STREAMS a >')
    const twice = '[[a, [[1-1, [f, v]]]], [a, [[1-1, [f, v]]]]]'
    expect(run('XREADGROUP GROUP g c STREAMS a a 0 0')).toBe(twice)
    expect(run('XPENDING a g - + 1')).toBe('[[1-1, c, (integer) 0, (integer) 3]]')
    expect(run('XREAD STREAMS a a 0 0')).toBe(twice)
    run('XGROUP SETID a g 0')
    expect(run('XREADGROUP GROUP g c STREAMS a a 0 >')).toBe(twice)
    expect(run('XPENDING a g - + 1')).toBe('[[1-1, c, (integer) 0, (integer) 1]]')
  })
})

describe('Clients that watch a stream', () => {
  const setUp = (): void => {
    run('DEL s n')
    for (const id of ['1-1', '2-1', '3-1']) run(`XADD s ${id} f v`)
    run('XGROUP CREATE s g 0')
    run('XREADGROUP GROUP g c COUNT 2 STREAMS s >')
    run('XDEL s 2-1')
  }
  /** Whether a client that watches the key hears of what a line does, and whether it counts as a change. */
  const outcome = (key: string, line: string): unknown => {
    setUp()
    run(`WATCH ${key}`)
    const { dirty } = server.engine
    run(line)
    const isChange = server.engine.dirty > dirty
    run('MULTI')
    return { line, isHeard: run('EXEC') === '(nil)', isChange }
  }

  it('hear of entries, and not of groups or IDs that are set, as in Valkey', () => {
    for (const line of [
      'XADD s 9-9 f v',
      'XDEL s 1-1',
      'XTRIM s MAXLEN 1',
      'XADD s MAXLEN 1 9-9 f v',
      'DEL s',
      'XDELEX s IDS 1 1-1',
    ]) {
      expect(outcome('s', line)).toEqual({ line, isHeard: true, isChange: true })
    }
    const line = 'XGROUP CREATE n g 0 MKSTREAM'
    expect(outcome('n', line)).toEqual({ line, isHeard: true, isChange: true })
    for (const line of [
      'XGROUP CREATE s h 0 MKSTREAM',
      'XGROUP CREATECONSUMER s g n',
      'XGROUP DELCONSUMER s g c',
      'XGROUP SETID s g 0',
      'XGROUP DESTROY s g',
      'XREADGROUP GROUP g n STREAMS s >',
      'XREADGROUP GROUP g c STREAMS s 0',
      'XCLAIM s g n 0 1-1 2-1 LASTID 3-1',
      'XAUTOCLAIM s g n 0 0',
      'XACK s g 1-1',
      'XSETID s 9-9',
    ]) {
      expect(outcome('s', line)).toEqual({ line, isHeard: false, isChange: true })
    }
  })

  it('and whoever saves them, hear nothing where nothing changes', () => {
    for (const line of [
      'XCLAIM s g c 100000 1-1',
      'XCLAIM s g c 0 3-1',
      'XAUTOCLAIM s g c 1000000 3',
      'XACK s g 9-1',
      'XGROUP CREATECONSUMER s g c',
    ]) {
      expect(outcome('s', line)).toEqual({ line, isHeard: false, isChange: false })
    }
  })
})
