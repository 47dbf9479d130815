import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { fromLatin1, latin1 } from '../../structures/bytes.ts'
import { arrayOf, BAD_FORMAT, PayloadServer, payloadOf } from './_test-payload.ts'
import { RDB_LIST } from './value-types.ts'

let server: PayloadServer
const run = (line: string): string => server.run(line)
const restore = (body: string | Uint8Array): string => server.restore(body)
const elements = (key = 'k'): string[] => arrayOf(server.raw('LRANGE', key, '0', '-1'))
const encoding = (key = 'k'): string => run(`OBJECT ENCODING ${key}`)
beforeEach(() => {
  server = new PayloadServer()
})

const ZIPLIST_A_5 = '10 10000000 0d000000 0200 00 01 61 03 f6 ff'
const ZIPLIST_EMPTY = '0b 0b000000 0a000000 0000 ff'
const LISTPACK_A_5 = '0c 0c000000 0200 816102 0501 ff'
const LISTPACK_EMPTY = '07 07000000 0000 ff'

describe('A list in RDB', () => {
  it('is read in every form that was ever written', () => {
    for (const body of [
      '01 02 01 61 c005',
      `0a ${ZIPLIST_A_5}`,
      `0e 01 ${ZIPLIST_A_5}`,
      `0e 03 ${ZIPLIST_EMPTY} ${ZIPLIST_A_5} ${ZIPLIST_EMPTY}`,
      `12 01 02 ${LISTPACK_A_5}`,
      `12 02 02 ${LISTPACK_EMPTY} 02 ${LISTPACK_A_5}`,
    ]) {
      expect([body, restore(body)]).toEqual([body, 'OK'])
      expect([body, elements(), encoding()]).toEqual([body, ['a', '5'], 'listpack'])
    }
    for (const [body, texts] of [
      [`0e 02 ${ZIPLIST_A_5} ${ZIPLIST_A_5}`, ['a', '5', 'a', '5']],
      [`12 02 02 ${LISTPACK_A_5} 02 ${LISTPACK_A_5}`, ['a', '5', 'a', '5']],
      ['12 01 01 0568656c6c6f', ['hello']],
      ['12 01 01 c005', ['5']],
      [`12 02 02 ${LISTPACK_A_5} 01 0162`, ['a', '5', 'b']],
      [`12 02 01 0162 02 ${LISTPACK_A_5}`, ['b', 'a', '5']],
    ] as const) {
      expect([body, restore(body)]).toEqual([body, 'OK'])
      expect([body, elements(), encoding()]).toEqual([body, texts, 'quicklist'])
    }
  })

  it('is written as Valkey 9.1 writes it', () => {
    // Golden: only lines are added.
    run('RPUSH k a b 1 2')
    expect(server.body('k')).toBe('120102111100000004008161028162020101 0201ff'.replace(' ', ''))
    run('DEL k')
    run('CONFIG SET list-max-listpack-size 2')
    run('RPUSH k 1 2 3')
    expect(server.body('k')).toBe('1202020b0b000000020001010201ff02090900000001000301ff')
  })

  it('with an element too long for a node has one for it', () => {
    const long = 'x'.repeat(30_000)
    run('RPUSH k a')
    server.raw('RPUSH', 'k', long)
    run('RPUSH k 5')
    run('CONFIG SET rdbcompression no')
    const body = server.body('k')
    expect(body.startsWith(`120302 0a 0a000000 0100 816102 ff 01 8000007530 78787878`.replaceAll(' ', ''))).toBe(true)
    server.copy()
    expect([elements('copy'), encoding('copy')]).toEqual([['a', long, '5'], 'quicklist'])
    expect(server.body('copy')).toBe(body)
  })

  it('is packed by the limits that hold here, not by those that held there', () => {
    run('RPUSH k 1 2 3 4')
    const packed = server.dump('k').subarray(0, -10).slice()
    run('CONFIG SET list-max-listpack-size 3')
    expect([restore(packed), encoding(), elements()]).toEqual(['OK', 'quicklist', ['1', '2', '3', '4']])
    run('CONFIG SET list-max-listpack-size 4')
    expect([restore(packed), encoding()]).toEqual(['OK', 'listpack'])
    run('CONFIG SET list-max-listpack-size -1')
    for (const [count, name] of [
      [39, 'listpack'],
      [40, 'quicklist'],
    ] as const) {
      const list = payloadOf(RDB_LIST, (writer) => {
        writer.length(count)
        for (let i = 0; i < count; i++) writer.text(`${i}`.padEnd(100, '.'))
      }).subarray(0, -10)
      expect([count, restore(list), encoding(), elements().length]).toEqual([count, 'OK', name, count])
    }
  })

  it('is refused with no elements, and when it is damaged', () => {
    for (const body of [
      '01 00',
      '01 02 01 61',
      `0a ${ZIPLIST_EMPTY}`,
      `0a ${ZIPLIST_A_5.replace('f6', 'ff')}`,
      '0e 00',
      `0e 01 ${ZIPLIST_EMPTY}`,
      `0e 02 ${ZIPLIST_A_5}`,
      '12 00',
      `12 01 02 ${LISTPACK_EMPTY}`,
      `12 02 02 ${LISTPACK_A_5}`,
      `12 01 02 ${LISTPACK_A_5.replace('0501', '0502')}`,
      `12 01 03 ${LISTPACK_A_5}`,
      `12 01 00 ${LISTPACK_A_5}`,
      '12 01 01 00',
      `12 02 02 ${LISTPACK_A_5} 01 00`,
    ]) {
      expect([body, restore(body)]).toEqual([body, BAD_FORMAT])
    }
    expect(run('DBSIZE')).toBe('(integer) 0')
  })

  it('gives back the memory of a large one that turns out to be damaged', () => {
    const bytes = payloadOf(RDB_LIST, (writer) => {
      writer.length(2001)
      for (let i = 0; i < 2000; i++) writer.text('x'.repeat(i % 7 === 0 ? 20_000 : 100))
    }).subarray(0, -10)
    expect(restore(bytes)).toBe(BAD_FORMAT)
    const before = server.server.engine.usedBytes()
    for (let i = 0; i < 5; i++) expect(restore(bytes)).toBe(BAD_FORMAT)
    expect(server.server.engine.usedBytes()).toBe(before)
  })

  it('comes back as it was, whatever its elements are', () => {
    const texts = fc.oneof(
      fc.uint8Array({ maxLength: 90 }).map((value) => latin1(value)),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
      fc.constant('x'.repeat(5000)),
    )
    const sizes = fc.constantFrom(-1, -2, -5, 1, 3, 128)
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1, maxLength: 40 }), sizes, (list, size) => {
        run(`CONFIG SET list-max-listpack-size ${size}`)
        run('DEL k')
        server.raw('RPUSH', 'k', ...list.map(fromLatin1))
        server.copy()
        expect(elements('copy')).toEqual(list)
        run('LPUSH copy first')
        run('RPOP copy')
        expect(elements('copy')).toEqual(['first', ...list.slice(0, -1)])
      }),
      { numRuns: 200 },
    )
  })
})
