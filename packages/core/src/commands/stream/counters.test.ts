import { beforeEach, describe, expect, it } from 'vitest'
import { fromLatin1 } from '../../structures/bytes.ts'
import type { StreamObject } from '../../types/stream-object.ts'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

let server: TestEngine
const run = (line: string): string => server.client.run(line)
beforeEach(() => {
  server = startTestEngine()
})

const MAX = 2n ** 63n - 1n
const EDGES = [2n ** 31n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n + 1n, MAX]

/** The figure of a name in the reply of XINFO, or nil. */
function figure(line: string, name: string): string {
  return new RegExp(`${name}, \\(?(?:integer\\) )?([^,\\])]+)`).exec(run(line))?.[1] ?? ''
}

/** What the counters are, and are again when the key was copied, dumped and loaded. */
function surviving(ask: () => string[]): string[] {
  const before = ask()
  run('COPY s t REPLACE')
  run('RENAME t s')
  expect(ask()).toEqual(before)
  run('DEBUG RELOAD')
  expect(ask()).toEqual(before)
  return before
}

describe('Counters of streams and groups', () => {
  beforeEach(() => {
    run('XADD s 1-1 f v')
    run('XADD s 2-1 f v')
    run('XGROUP CREATE s g 0')
  })
  const progress = (): string[] => [
    figure('XINFO STREAM s', 'entries-added'),
    figure('XINFO GROUPS s', 'entries-read'),
    figure('XINFO GROUPS s', 'lag'),
  ]

  it('are exact at every value of 64 bits, and turn over behind the largest as those of Valkey do', () => {
    for (const added of EDGES) {
      run(`XSETID s 5-1 ENTRIESADDED ${added}`)
      run('XGROUP SETID s g 2-1 ENTRIESREAD 3')
      expect(surviving(progress)).toEqual([`${added}`, '3', `${added - 3n}`])
      run(`XGROUP SETID s g 2-1 ENTRIESREAD ${added}`)
      expect(surviving(progress)).toEqual([`${added}`, `${added}`, '0'])
    }
    run('XADD s 6-1 f v')
    expect(surviving(progress)).toEqual([`${-MAX - 1n}`, `${MAX}`, '1'])
    expect(run('XREADGROUP GROUP g c STREAMS s >')).toBe('[[s, [[6-1, [f, v]]]]]')
    expect(surviving(progress)).toEqual([`${-MAX - 1n}`, `${-MAX - 1n}`, '0'])
    run('XGROUP SETID s g 2-1 ENTRIESREAD 0')
    expect(progress()[2]).toBe(`${-MAX - 1n}`)
  })

  it('take no number beyond 64 bits, and none below zero', () => {
    const notInteger = '(error) ERR value is not an integer or out of range'
    expect(run(`XSETID s 5-1 ENTRIESADDED ${MAX + 1n}`)).toBe(notInteger)
    expect(run('XSETID s 5-1 ENTRIESADDED -1')).toBe('(error) ERR entries_added must be positive')
    expect(run('XSETID s 5-1 ENTRIESADDED 1')).toMatch('smaller than the target stream length')
    expect(run(`XGROUP SETID s g 0 ENTRIESREAD ${MAX + 1n}`)).toBe(notInteger)
    expect(run('XGROUP SETID s g 0 ENTRIESREAD -2')).toMatch('must be positive or -1')
    expect(progress()).toEqual(['2', 'nil', '2'])
  })
})

describe('How often an entry was delivered', () => {
  it('is exact at every value of 64 bits, and turns over behind the largest as in Valkey', () => {
    run('XGROUP CREATE s g 0 MKSTREAM')
    for (let i = 1; i <= EDGES.length; i++) run(`XADD s ${i}-1 f v`)
    run('XREADGROUP GROUP g c STREAMS s >')
    for (const [i, count] of EDGES.entries()) run(`XCLAIM s g c 0 ${i + 1}-1 RETRYCOUNT ${count}`)
    const deliveries = (): string[] =>
      [...run('XPENDING s g - + 10').matchAll(/\(integer\) 0, \(integer\) (-?\d+)/g)].map(([, count]) => count)
    expect(surviving(deliveries)).toEqual(EDGES.map(String))
    run('XCLAIM s g d 0 1-1 2-1 3-1 4-1 5-1')
    const next = EDGES.map((count) => String(BigInt.asIntN(64, count + 1n)))
    expect(surviving(deliveries)).toEqual(next)
    run('XREADGROUP GROUP g d STREAMS s 4-1')
    expect(run('XREADGROUP GROUP g c CLAIM 0 STREAMS s >')).toContain(`(integer) ${2n - 2n ** 63n - 1n}`)
    expect(run('XINFO STREAM s FULL')).toContain(`(integer) ${2n - 2n ** 63n}`)
    expect(run(`XCLAIM s g c 0 1-1 RETRYCOUNT ${MAX + 1n}`)).toMatch('Invalid RETRYCOUNT option argument')
  })

  it('is one, or one more than that, for an entry that FORCE makes pending, as in Valkey', () => {
    for (let i = 1; i <= 5; i++) run(`XADD s ${i}-1 f v`)
    run('XGROUP CREATE s g 0')
    run('XCLAIM s g c 0 1-1 FORCE')
    run('XCLAIM s g c 0 2-1 FORCE JUSTID')
    run('XCLAIM s g c 0 3-1 FORCE RETRYCOUNT 7')
    run('XCLAIM s g c 0 4-1 FORCE JUSTID RETRYCOUNT 3')
    run('XCLAIM s g c 0 5-1 FORCE LASTID 5-1')
    const rows = [2, 1, 7, 3, 2].map((count, i) => `[${i + 1}-1, c, (integer) 0, (integer) ${count}]`)
    expect(run('XPENDING s g - + 10')).toBe(`[${rows.join(', ')}]`)
  })
})

describe('A stream', () => {
  it('takes entries in constant time when its one node has more elements than a listpack counts', () => {
    run('CONFIG SET stream-node-max-entries 0 stream-node-max-bytes 0')
    const entries = 60_000
    for (let i = 1; i <= entries; i++) server.client.raw('XADD', 's', `${i}-0`, 'f', 'v')
    expect(run('XINFO STREAM s')).toMatch('radix-tree-keys, (integer) 1')
    expect(run('XDEL s 30000-0')).toBe('(integer) 1')
    expect(run('XTRIM s MAXLEN 59990')).toBe('(integer) 9')
    const reading = (): string[] => [
      run('XLEN s'),
      run('XRANGE s - + COUNT 2'),
      run('XREVRANGE s + - COUNT 2'),
      run('XRANGE s 29999 30001'),
    ]
    expect(surviving(reading)).toEqual([
      '(integer) 59990',
      '[[10-0, [f, v]], [11-0, [f, v]]]',
      '[[60000-0, [f, v]], [59999-0, [f, v]]]',
      '[[29999-0, [f, v]], [30001-0, [f, v]]]',
    ])
  })

  it('does not look at its groups when an entry is added or deleted, or at other groups when one reads', () => {
    for (let i = 1; i <= 50; i++) run(`XGROUP CREATE s g${i} 0 MKSTREAM`)
    const db = server.engine.db(0)
    const { groups } = db.object(db.find(fromLatin1('s'), 0, 1)) as StreamObject
    let walks = 0
    const values = groups.values.bind(groups)
    groups.values = () => {
      walks++
      return values()
    }
    run('XADD s MAXLEN 2 1-0 f v')
    run('XADD s 2-0 f v')
    run('XREADGROUP GROUP g7 c COUNT 1 STREAMS s >')
    run('XACK s g7 1-0')
    run('XDEL s 1-0')
    run('XGROUP CREATECONSUMER s g8 c')
    run('XGROUP DELCONSUMER s g8 c')
    expect(walks).toBe(0)
  })

  it('is not looked for only when the words of XINFO STREAM are right', () => {
    expect(run('XINFO STREAM missing 1')).toBe('(error) ERR no such key')
    expect(run('XINFO STREAM missing FULL COUNT x')).toBe('(error) ERR no such key')
    run('XADD s 1-1 f v')
    expect(run('XINFO STREAM s 1')).toMatch("unknown subcommand or wrong number of arguments for 'STREAM'")
    expect(run('XINFO STREAM s FULL COUNT')).toMatch("unknown subcommand or wrong number of arguments for 'STREAM'")
    expect(run('XINFO STREAM s FULL COUNT x')).toBe('(error) ERR value is not an integer or out of range')
  })
})
