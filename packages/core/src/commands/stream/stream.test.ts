import { beforeEach, describe, expect, it } from 'vitest'
import { seededRandom, startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'
const INVALID_ID = '(error) ERR Invalid stream ID specified as stream command argument'
const SMALLER = '(error) ERR The ID specified in XADD is equal or smaller than the target stream top item'
const LARGEST = '18446744073709551615'

let server: TestEngine
const run = (line: string): string => server.client.run(line)
const events = (): string[] => server.events().filter((event) => !event.startsWith('keymiss'))
beforeEach(() => {
  server = startTestEngine()
})

describe('XADD, XLEN and XSETID', () => {
  it('give IDs that grow, from the clock, in part or as asked', () => {
    const { now } = server.clock
    expect(run('XADD s * a 1')).toBe(`${now}-0`)
    expect(run('XADD s * a 1')).toBe(`${now}-1`)
    expect(run(`XADD s ${now + 5}-* a 1`)).toBe(`${now + 5}-0`)
    expect(run('XADD s * a 1')).toBe(`${now + 5}-1`)
    expect(run(`XADD s ${now + 5}-1 a 1`)).toBe(SMALLER)
    expect(run('XADD s 5-* a 1')).toBe(SMALLER)
    expect(run('XLEN s')).toBe('(integer) 4')
    expect(run('XLEN missing')).toBe('(integer) 0')
    expect(events()).toEqual(Array(4).fill('xadd s 0'))
  })

  it('are exact up to the largest ID, and stop there', () => {
    expect(run(`XADD s ${LARGEST}-9007199254740993 a 1`)).toBe(`${LARGEST}-9007199254740993`)
    expect(run('XADD s * a 1')).toBe(`${LARGEST}-9007199254740994`)
    expect(run(`XADD s ${LARGEST}-${LARGEST} a 1`)).toBe(`${LARGEST}-${LARGEST}`)
    const exhausted = '(error) ERR The stream has exhausted the last possible ID, unable to add more items'
    expect(run('XADD s * a 1')).toBe(exhausted)
    expect(run(`XRANGE s ${LARGEST}-9007199254740994 +`)).toMatch(
      /^\[\[18446744073709551615-9007199254740994, \[a, 1\]\], /,
    )
    expect(run(`XADD s 18446744073709551616-0 a 1`)).toBe(INVALID_ID)
  })

  it('refuse what is wrong, without a key', () => {
    expect(run('XADD s 0-0 a 1')).toBe('(error) ERR The ID specified in XADD must be greater than 0-0')
    expect(run('XADD s 1-1 a')).toBe("(error) ERR wrong number of arguments for 'xadd' command")
    expect(run('XADD s MAXLEN -1 * a 1')).toBe('(error) ERR The MAXLEN argument must be >= 0.')
    expect(run('XADD s MAXLEN 5 LIMIT 5 * a 1')).toMatch('LIMIT cannot be used without the special ~ option')
    expect(run('XADD s LIMIT 0 * a 1')).toMatch('LIMIT cannot be used without the special ~ option')
    expect(run('XADD s LIMIT 1 * a 1')).toMatch('LIMIT cannot be used without specifying a trimming strategy')
    expect(run('XTRIM s LIMIT 0')).toMatch('XTRIM must be called with a trimming strategy')
    expect(run('XTRIM s LIMIT 1')).toMatch('LIMIT cannot be used without specifying a trimming strategy')
    expect(run('XADD s MAXLEN 5 MINID 5 * a 1')).toMatch('MAXLEN and MINID options at the same time')
    expect(run('XADD s NOMKSTREAM * a 1')).toBe('(nil)')
    expect(run('EXISTS s')).toBe('(integer) 0')
    run('SET x v')
    for (const line of [
      'XADD x * a 1',
      'XLEN x',
      'XRANGE x - +',
      'XREAD STREAMS x 0',
      'XDEL x 1',
      'XTRIM x MAXLEN 1',
    ]) {
      expect(run(line)).toBe(WRONG_TYPE)
    }
  })

  it('set the last ID', () => {
    run('XADD s 1-1 a 1')
    expect(run('XSETID s 5-5 ENTRIESADDED 9 MAXDELETEDID 1-0')).toBe('OK')
    expect(run('XADD s 5-5 a 1')).toBe(SMALLER)
    expect(run('XSETID s 1-0')).toMatch('smaller than')
    expect(run('XSETID missing 1-0')).toBe('(error) ERR no such key')
    expect(run('XINFO STREAM s')).toContain('entries-added, (integer) 9')
  })
})

describe('XRANGE, XREVRANGE, XDEL and XTRIM', () => {
  beforeEach(() => {
    for (let i = 1; i <= 250; i++) run(`XADD s ${i}-0 n ${i}`)
    server.events()
  })

  it('read ranges, open and closed, from both ends', () => {
    expect(run('XRANGE s 3 5 COUNT 2')).toBe('[[3-0, [n, 3]], [4-0, [n, 4]]]')
    expect(run('XRANGE s (3-0 (5-0')).toBe('[[4-0, [n, 4]]]')
    expect(run('XREVRANGE s + 249')).toBe('[[250-0, [n, 250]], [249-0, [n, 249]]]')
    expect(run('XREVRANGE s 102 99')).toMatch(/^\[\[102-0, .*\[99-0, \[n, 99\]\]\]$/)
    expect(run('XRANGE s - + COUNT 0')).toBe('(nil)')
    expect(run('XRANGE s x +')).toBe(INVALID_ID)
    expect(run(`XRANGE s (${LARGEST}-${LARGEST} +`)).toBe('(error) ERR invalid start ID for the interval')
  })

  it('delete entries, nodes with their last one, and from the beginning on', () => {
    expect(run('XDEL s 1-0 999 100-0 100-0')).toBe('(integer) 2')
    expect(run('XTRIM s MAXLEN ~ 100')).toBe('(integer) 98')
    expect(run('XTRIM s MAXLEN 120')).toBe('(integer) 30')
    expect(run('XRANGE s - + COUNT 1')).toBe('[[131-0, [n, 131]]]')
    expect(run('XTRIM s MINID 240')).toBe('(integer) 109')
    expect(run('XTRIM s MAXLEN ~ 0 LIMIT 5')).toBe('(integer) 0')
    expect(run('XADD s MAXLEN 2 300-0 n 300')).toBe('300-0')
    expect(run('XRANGE s - +')).toBe('[[250-0, [n, 250]], [300-0, [n, 300]]]')
    expect(events()).toEqual(['xdel', 'xtrim', 'xtrim', 'xtrim', 'xadd', 'xtrim'].map((event) => `${event} s 0`))
    // A deleted entry holds the node that it is in, as in Valkey, when only whole nodes go.
    run('DEL s')
    run('XADD s 1-0 n 1')
    run('XADD s 9-0 n 9')
    run('XDEL s 9-0')
    expect(run('XTRIM s MINID ~ 5')).toBe('(integer) 0')
    expect(run('XTRIM s MINID = 5')).toBe('(integer) 1')
    expect(run('XTRIM s FOO 1')).toBe('(error) ERR syntax error')
    expect(run('XTRIM s MAXLEN x')).toBe('(error) ERR value is not an integer or out of range')
  })
})

describe('XREAD', () => {
  it('returns what is behind the IDs, of several streams', () => {
    run('XADD a 1-1 f v')
    run('XADD b 2-1 f w')
    expect(run('XREAD STREAMS a b 0 2-1')).toBe('[[a, [[1-1, [f, v]]]]]')
    expect(run('XREAD COUNT 1 STREAMS a b 0 0')).toBe('[[a, [[1-1, [f, v]]]], [b, [[2-1, [f, w]]]]]')
    expect(run('XREAD STREAMS a $')).toBe('(nil)')
    expect(run('XREAD STREAMS a +')).toBe('[[a, [[1-1, [f, v]]]]]')
    expect(run('XREAD STREAMS a >')).toMatch('The > ID can be specified only when calling XREADGROUP')
    expect(run('XREAD STREAMS a b 0')).toMatch(/^\(error\) ERR Unbalanced 'xread' list of streams/)
    run('HELLO 3')
    const entries = '*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n'
    expect(server.client.raw('XREAD', 'STREAMS', 'a', '0')).toBe(`%1\r\n$1\r\na\r\n${entries}`)
  })

  it('waits for entries behind what $ was when it came', () => {
    run('XADD a 1-1 f v')
    const waiting = server.connect()
    expect(waiting.raw('XREAD', 'BLOCK', '0', 'STREAMS', 'a', 'b', '$', '$')).toBe('')
    run('DEL a')
    run('XADD a 1-0 f v')
    expect(waiting.received()).toBe('')
    run('XADD b 1-0 f w')
    expect(waiting.received()).toBe('*1\r\n*2\r\n$1\r\nb\r\n*1\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\nf\r\n$1\r\nw\r\n')
    expect(waiting.raw('XREAD', 'BLOCK', '50', 'STREAMS', 'a', '$')).toBe('')
    server.clock.advance(50)
    expect(waiting.received()).toBe('*-1\r\n')
  })
})

describe('XGROUP CREATE, XGROUP SETID, XGROUP DESTROY, XGROUP CREATECONSUMER and XGROUP DELCONSUMER', () => {
  it('make and change groups', () => {
    expect(run('XGROUP CREATE s g 0')).toMatch('The XGROUP subcommand requires the key to exist')
    expect(run('XGROUP CREATE s g $ MKSTREAM')).toBe('OK')
    expect(run('XGROUP CREATE s g 0')).toBe('(error) BUSYGROUP Consumer Group name already exists')
    expect(run('XGROUP CREATECONSUMER s g c')).toBe('(integer) 1')
    expect(run('XGROUP CREATECONSUMER s g c')).toBe('(integer) 0')
    run('XADD s 1-1 f v')
    run('XREADGROUP GROUP g c STREAMS s >')
    expect(run('XGROUP DELCONSUMER s g c')).toBe('(integer) 1')
    expect(run('XPENDING s g')).toBe('[(integer) 0, (nil), (nil), (nil)]')
    expect(run('XGROUP SETID s g 0 ENTRIESREAD 0')).toBe('OK')
    expect(run('XGROUP SETID s nog 0')).toBe("(error) NOGROUP No such consumer group 'nog' for key name 's'")
    expect(run('XGROUP DESTROY s g')).toBe('(integer) 1')
    expect(run('XGROUP DESTROY s g')).toBe('(integer) 0')
    const names = ['create', 'createconsumer', 'delconsumer', 'setid', 'destroy'].map((name) => `xgroup-${name} s 0`)
    expect(events().filter((event) => !event.startsWith('xadd'))).toEqual(names)
  })

  it('set a group to an end of all IDs, but create none there', () => {
    run('XGROUP CREATE s g 0 MKSTREAM')
    expect(run('XGROUP SETID s g +')).toBe('OK')
    expect(run('XINFO GROUPS s')).toContain('18446744073709551615-18446744073709551615')
    expect(run('XGROUP SETID s g -')).toBe('OK')
    expect(run('XINFO GROUPS s')).toContain('last-delivered-id, 0-0')
    expect(run('XGROUP CREATE s other -')).toMatch('Invalid stream ID')
  })
})

describe('XREADGROUP, XACK and XPENDING', () => {
  beforeEach(() => {
    run('XGROUP CREATE s g 0 MKSTREAM')
    for (let i = 1; i <= 5; i++) run(`XADD s ${i}-0 n ${i}`)
  })

  it('give each entry to one consumer, until it is acknowledged', () => {
    expect(run('XREADGROUP GROUP g a COUNT 2 STREAMS s >')).toBe('[[s, [[1-0, [n, 1]], [2-0, [n, 2]]]]]')
    expect(run('XREADGROUP GROUP g b COUNT 1 STREAMS s >')).toBe('[[s, [[3-0, [n, 3]]]]]')
    expect(run('XREADGROUP GROUP g b NOACK STREAMS s >')).toBe('[[s, [[4-0, [n, 4]], [5-0, [n, 5]]]]]')
    expect(run('XREADGROUP GROUP g b STREAMS s >')).toBe('(nil)')
    expect(run('XPENDING s g')).toBe('[(integer) 3, 1-0, 3-0, [[a, 2], [b, 1]]]')
    run('XADD s 6-0 n 6')
    run('XREADGROUP GROUP g looker NOACK STREAMS s >')
    expect(run('XINFO CONSUMERS s g')).toMatch(/name, looker, .*inactive, \(integer\) -1\]\]$/)
    expect(run('XACK s g 1-0 9-0')).toBe('(integer) 1')
    run('XDEL s 2-0')
    expect(run('XREADGROUP GROUP g a STREAMS s 0')).toBe('[[s, [[2-0, (nil)]]]]')
    server.clock.advance(100)
    expect(run('XPENDING s g - + 10 b')).toBe('[[3-0, b, (integer) 100, (integer) 1]]')
    expect(run('XPENDING s g IDLE 101 - + 10')).toBe('[]')
    expect(run('XREADGROUP GROUP nog a STREAMS s >')).toBe(
      "(error) NOGROUP No such key 's' or consumer group 'nog' in XREADGROUP with GROUP option",
    )
    expect(run('XREADGROUP STREAMS s >')).toBe("(error) ERR wrong number of arguments for 'xreadgroup' command")
    expect(run('XREADGROUP COUNT 1 BLOCK 0 STREAMS s >')).toBe('(error) ERR Missing GROUP option for XREADGROUP')
  })

  it('wait for new entries, and hear when the group is gone', () => {
    run('XREADGROUP GROUP g a STREAMS s >')
    const waiting = server.connect()
    expect(waiting.raw('XREADGROUP', 'GROUP', 'g', 'b', 'BLOCK', '0', 'STREAMS', 's', '>')).toBe('')
    run('XADD s 9-0 n 9')
    expect(waiting.received()).toContain('9-0')
    expect(waiting.raw('XREADGROUP', 'GROUP', 'g', 'b', 'BLOCK', '0', 'STREAMS', 's', '>')).toBe('')
    run('XGROUP DESTROY s g')
    expect(waiting.received()).toMatch(/^-NOGROUP No such key 's' or consumer group 'g' in XREADGROUP/)
  })
})

describe('XPENDING, XADD and XTRIM', () => {
  it('refuse IDLE with nothing behind it, and a second strategy of trimming, the same one too', () => {
    run('XGROUP CREATE s g 0 MKSTREAM')
    run('XADD other 1 some longer words than those of the request')
    expect(run('XPENDING s g IDLE')).toBe('(error) ERR syntax error')
    expect(run('XPENDING s g IDLE x')).toBe('(error) ERR value is not an integer or out of range')
    const twice = '(error) ERR syntax error, MAXLEN and MINID options at the same time are not compatible'
    for (const options of ['MAXLEN 1 MAXLEN 0', 'MINID 1 MAXLEN 1', 'MAXLEN 1 MINID 1', 'MINID 1 MINID 0']) {
      expect(run(`XTRIM other ${options}`)).toBe(twice)
      expect(run(`XADD other ${options} * f v`)).toBe(twice)
    }
    expect(run('XLEN other')).toBe('(integer) 1')
  })
})

describe('XCLAIM and XAUTOCLAIM', () => {
  beforeEach(() => {
    run('XGROUP CREATE s g 0 MKSTREAM')
    for (let i = 1; i <= 4; i++) run(`XADD s ${i}-0 n ${i}`)
    run('XREADGROUP GROUP g a COUNT 3 STREAMS s >')
    server.clock.advance(1000)
  })

  it('move pending entries, count deliveries, and forget what was deleted', () => {
    expect(run('XCLAIM s g b 2000 1-0')).toBe('[]')
    expect(run('XCLAIM s g b 500 1-0 4-0')).toBe('[[1-0, [n, 1]]]')
    expect(run('XCLAIM s g b 0 4-0 FORCE JUSTID')).toBe('[4-0]')
    expect(run('XPENDING s g - + 10 b')).toBe(
      '[[1-0, b, (integer) 0, (integer) 2], [4-0, b, (integer) 0, (integer) 1]]',
    )
    expect(run('XCLAIM s g c 0 1-0 IDLE 70 RETRYCOUNT 9')).toBe('[[1-0, [n, 1]]]')
    expect(run('XPENDING s g - + 10 c')).toBe('[[1-0, c, (integer) 70, (integer) 9]]')
    run('XDEL s 2-0')
    expect(run('XAUTOCLAIM s g c 500 - COUNT 1')).toBe('[3-0, [], [2-0]]')
    expect(run('XAUTOCLAIM s g c 500 3-0 JUSTID')).toBe('[0-0, [3-0], []]')
    run('XDEL s 1-0')
    expect(run('XAUTOCLAIM s g d 1000000 - JUSTID')).toBe('[0-0, [], [1-0]]')
    expect(run('XCLAIM s g c x 1-0')).toBe('(error) ERR Invalid min-idle-time argument for XCLAIM')
    expect(run('XCLAIM s g c 0 1-0 FOO')).toBe("(error) ERR Unrecognized XCLAIM option 'FOO'")
    expect(run('XAUTOCLAIM s g c 0 - COUNT 0')).toBe('(error) ERR COUNT must be > 0')
    expect(run('XCLAIM s nog c 0 1-0')).toBe("(error) NOGROUP No such key 's' or consumer group 'nog'")
  })
})

describe('XREADGROUP with CLAIM, XDELEX and XACKDEL', () => {
  beforeEach(() => {
    run('XGROUP CREATE s g 0 MKSTREAM')
    for (let i = 1; i <= 4; i++) run(`XADD s ${i}-0 n ${i}`)
    run('XREADGROUP GROUP g a COUNT 1 STREAMS s >')
    server.clock.advance(10)
    run('XREADGROUP GROUP g a COUNT 1 STREAMS s >')
    server.clock.advance(100)
  })

  it('deliver what is idle for long first, then what is new', () => {
    expect(run('XREADGROUP GROUP g b COUNT 3 CLAIM 105 STREAMS s >')).toBe(
      '[[s, [[1-0, [n, 1], (integer) 110, (integer) 1], [3-0, [n, 3]], [4-0, [n, 4]]]]]',
    )
    expect(run('XREADGROUP GROUP g b CLAIM 50 STREAMS s >')).toBe('[[s, [[2-0, [n, 2], (integer) 100, (integer) 1]]]]')
    expect(run('XPENDING s g - + 2')).toBe('[[1-0, b, (integer) 0, (integer) 2], [2-0, b, (integer) 0, (integer) 2]]')
    expect(run('XREADGROUP GROUP g b CLAIM x STREAMS s >')).toMatch('min-idle-time is not an integer')
    expect(run('XREAD CLAIM 5 STREAMS s 0')).toMatch('The CLAIM option is only supported by XREADGROUP')
  })

  it('delete as far as the groups have done with an entry', () => {
    run('XGROUP CREATE s h 0')
    expect(run('XACKDEL s g ACKED IDS 2 1-0 3-0')).toBe('[(integer) 2, (integer) -1]')
    expect(run('XDELEX s ACKED IDS 1 1-0')).toBe('[(integer) 2]')
    run('XGROUP SETID s h 1-0')
    expect(run('XDELEX s ACKED IDS 3 1-0 2-0 9-0')).toBe('[(integer) 1, (integer) 2, (integer) -1]')
    expect(run('XDELEX s IDS 1 2-0')).toBe('[(integer) 1]')
    expect(run('XPENDING s g')).toBe('[(integer) 1, 2-0, 2-0, [[a, 1]]]')
    expect(run('XDELEX s DELREF IDS 1 2-0')).toBe('[(integer) -1]')
    expect(run('XPENDING s g')).toBe('[(integer) 0, (nil), (nil), (nil)]')
    expect(run('XDELEX missing IDS 2 1-0 2-0')).toBe('[(integer) -1, (integer) -1]')
    expect(run('XDELEX s IDS 2 1-0')).toBe('(error) ERR The `numids` parameter must match the number of arguments')
    expect(run('XDELEX s IDS 0 1-0')).toBe('(error) ERR Number of IDs must be a positive integer')
  })
})

describe('XINFO STREAM, XINFO GROUPS and XINFO CONSUMERS', () => {
  it('tell about streams, groups in the order of their names, and consumers', () => {
    run('XADD s 1-0 a 1')
    run('XADD s 2-0 a 2')
    run('XGROUP CREATE s z 0')
    run('XGROUP CREATE s a 1-0')
    run('XREADGROUP GROUP z me COUNT 1 STREAMS s >')
    server.clock.advance(30)
    expect(run('XINFO STREAM s')).toMatch(/^\[length, \(integer\) 2, .*first-entry, \[1-0, \[a, 1\]\], last-entry/)
    expect(run('XINFO STREAM s FULL COUNT 1')).toMatch(/entries, \[\[1-0, \[a, 1\]\]\], groups, \[\[name, a, /)
    const groups = run('XINFO GROUPS s')
    expect(groups).toMatch(/^\[\[name, a, consumers, \(integer\) 0, pending, \(integer\) 0, last-delivered-id, 1-0/)
    expect(groups).toMatch(/last-delivered-id, 1-0, entries-read, \(integer\) 1, lag, \(integer\) 1\]\]$/)
    expect(run('XINFO CONSUMERS s z')).toBe(
      '[[name, me, pending, (integer) 1, idle, (integer) 30, inactive, (integer) 30]]',
    )
    expect(run('XINFO STREAM missing')).toBe('(error) ERR no such key')
    expect(run('XINFO CONSUMERS s nog')).toBe("(error) NOGROUP No such consumer group 'nog' for key name 's'")
    expect(run('XINFO STREAM s HALF')).toMatch("wrong number of arguments for 'STREAM'")
  })
})

describe('A stream', () => {
  it('agrees with an array through any sequence, is copied whole, and gives all memory back', () => {
    for (const entries of [100, 3, 0]) {
      server = startTestEngine()
      const random = seededRandom(entries + 1)
      run(`CONFIG SET stream-node-max-entries ${entries} stream-node-max-bytes ${entries === 0 ? 300 : 4096}`)
      run('SET x y')
      run('DEL x')
      const empty = server.engine.usedBytes()
      run('XGROUP CREATE s g 0 MKSTREAM')
      let model: { readonly id: string; readonly words: readonly string[] }[] = []
      for (let step = 1; step <= 4000; step++) {
        const roll = random.next() % 20
        if (roll < 12) {
          const words = Array.from(
            { length: 2 + 2 * (random.next() % 3) },
            (_, i) => `${random.next() % 5}${'x'.repeat(i * 9)}`,
          )
          run(`XADD s ${step}-1 ${words.join(' ')}`)
          model.push({ id: `${step}-1`, words })
        } else if (roll < 17) {
          const id = `${1 + (random.next() % step)}-1`
          const length = model.length
          model = model.filter((entry) => entry.id !== id)
          expect(run(`XDEL s ${id}`)).toBe(`(integer) ${length - model.length}`)
        } else if (roll < 18) {
          const keep = random.next() % (model.length + 2)
          expect(run(`XTRIM s MAXLEN ${keep}`)).toBe(`(integer) ${Math.max(0, model.length - keep)}`)
          model = keep === 0 ? [] : model.slice(-keep)
        } else if (roll < 19) run(`XREADGROUP GROUP g c${random.next() % 3} COUNT 7 STREAMS s >`)
        else run(`XACK s g ${1 + (random.next() % step)}-1`)
        if (step % 500 === 0) {
          const text = model.map(({ id, words }) => `[${id}, [${words.join(', ')}]]`)
          expect(run('XRANGE s - +')).toBe(`[${text.join(', ')}]`)
          expect(run('XREVRANGE s + -')).toBe(`[${text.toReversed().join(', ')}]`)
          run('COPY s t REPLACE')
          expect(run('XINFO STREAM t FULL COUNT 0')).toBe(run('XINFO STREAM s FULL COUNT 0'))
        }
      }
      run('DEL s t')
      expect(server.engine.usedBytes()).toBe(empty)
    }
  })
})
