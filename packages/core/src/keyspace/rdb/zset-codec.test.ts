import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { fromLatin1, latin1 } from '../../structures/bytes.ts'
import { arrayOf, BAD_FORMAT, PayloadServer, payloadOf } from './_test-payload.ts'
import { RDB_ZSET_2 } from './value-types.ts'

let server: PayloadServer
const run = (line: string): string => server.run(line)
const restore = (body: string | Uint8Array): string => server.restore(body)
const members = (key = 'k'): string[] => arrayOf(server.raw('ZRANGE', key, '0', '-1', 'WITHSCORES'))
beforeEach(() => {
  server = new PayloadServer()
})

describe('A sorted set in RDB', () => {
  it('is read in every form that was ever written', () => {
    const ziplist = '18000000 15000000 0400 00 01 61 03 03 312e35 05 01 62 03 f4 ff'
    const listpack = '14000000 0400 816102 83312e3504 816202 0301 ff'
    for (const body of [
      '03 02 01 62 01 33 01 61 03 312e35',
      '05 02 01 62 0000000000000840 01 61 000000000000f83f',
      `0c 18 ${ziplist}`,
      `11 14 ${listpack}`,
    ]) {
      expect([body, restore(body)]).toEqual([body, 'OK'])
      expect([run('OBJECT ENCODING k'), members()]).toEqual(['listpack', ['a', '1.5', 'b', '3']])
    }
    expect(restore('03 03 01 61 ff 01 62 fe 01 63 05 31652b3230')).toBe('OK')
    expect(members()).toEqual(['a', '-inf', 'c', '1e+20', 'b', 'inf'])
  })

  it('is written as Valkey 9.1 writes it', () => {
    // Golden: only lines are added.
    run('ZADD packed 1 a 2.5 b')
    expect(server.body('packed')).toBe('1114140000000400816102010181620283322e3504ff')
    run('CONFIG SET zset-max-listpack-entries 0')
    run('ZADD large 1 a 2.5 b')
    expect(server.body('large')).toBe('0502016200000000000004400161000000000000f03f')
  })

  it('is ordered by score and then by the bytes of the member, in whatever order it comes', () => {
    const bytes = payloadOf(RDB_ZSET_2, (writer) => {
      writer.length(6)
      for (const [member, score] of [
        ['b', 1],
        ['10', 1],
        ['9', 1],
        ['aa', 1],
        ['z', -1],
        ['a', 1],
      ] as const) {
        writer.text(member)
        writer.double(score)
      }
    }).subarray(0, -10)
    for (const entries of [128, 5, 0]) {
      run(`CONFIG SET zset-max-listpack-entries ${entries}`)
      expect(restore(bytes)).toBe('OK')
      expect(run('OBJECT ENCODING k')).toBe(entries === 128 ? 'listpack' : 'skiplist')
      expect(members()).toEqual(['z', '-1', '10', '1', '9', '1', 'a', '1', 'aa', '1', 'b', '1'])
      expect([run('ZSCORE k aa'), run('ZRANK k b')]).toEqual(['1', '(integer) 5'])
    }
  })

  it('is refused with no members, a member twice, scores that are none, and in a wrong order', () => {
    const bodies = [
      '03 00',
      '05 00',
      '05 02 01 61 000000000000f03f 01 61 0000000000000040',
      '05 02 01 35 000000000000f03f c005 0000000000000040',
      '05 01 01 61 000000000000f87f',
      '05 01 01 61 00000000000000',
      '03 01 01 61 fd',
      '03 01 01 61 01 78',
      '11 07 07000000 0000 ff',
      '11 0a 0a000000 0100 816102 ff',
      '11 0d 0d000000 0200 816102 816202 ff',
      '11 11 11000000 0400 816202 0101 816102 0101 ff',
      '11 11 11000000 0400 816102 0201 816202 0101 ff',
      '11 11 11000000 0400 816102 0101 816102 0101 ff',
      '11 11 11000000 0400 816102 0101 816102 0201 ff',
      '0c 0b 0b000000 0a000000 0000 ff',
    ]
    for (const entries of [128, 0]) {
      run(`CONFIG SET zset-max-listpack-entries ${entries}`)
      for (const body of bodies) expect([body, restore(body)]).toEqual([body, BAD_FORMAT])
    }
    expect(run('DBSIZE')).toBe('(integer) 0')
    expect(restore('11 11 11000000 0400 816102 0101 816202 0101 ff')).toBe('OK')
  })

  it('gives back the memory of a large one that turns out to be damaged', () => {
    const bytes = payloadOf(RDB_ZSET_2, (writer) => {
      writer.length(2001)
      for (let i = 0; i < 2001; i++) {
        writer.text(`member:${i % 2000}`)
        writer.double(i)
      }
    }).subarray(0, -10)
    expect(restore(bytes)).toBe(BAD_FORMAT)
    const before = server.server.engine.usedBytes()
    for (let i = 0; i < 20; i++) expect(restore(bytes)).toBe(BAD_FORMAT)
    expect(server.server.engine.usedBytes()).toBe(before)
  })

  it('comes back as it was, whatever its members and scores are', () => {
    const text = fc.oneof(
      fc.uint8Array({ maxLength: 90 }).map((value) => latin1(value)),
      fc.maxSafeInteger().map(String),
    )
    const score = fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: -3, max: 3 }))
    fc.assert(
      fc.property(fc.dictionary(text, score, { minKeys: 1, maxKeys: 40 }), fc.boolean(), (scores, packed) => {
        run(`CONFIG SET zset-max-listpack-entries ${packed ? 128 : 0}`)
        run('DEL k')
        for (const [member, value] of Object.entries(scores)) server.raw('ZADD', 'k', `${value}`, fromLatin1(member))
        server.copy()
        expect(members('copy')).toEqual(members('k'))
        expect(run('OBJECT ENCODING copy')).toBe(run('OBJECT ENCODING k'))
      }),
      { numRuns: 200 },
    )
  })
})
