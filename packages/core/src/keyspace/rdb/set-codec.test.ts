import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { fromLatin1, latin1 } from '../../structures/bytes.ts'
import { ListpackElements } from '../../structures/listpack.ts'
import { listpackOf } from '../packed-value.ts'
import { arrayOf, BAD_FORMAT, PayloadServer, payloadOf } from './_test-payload.ts'
import { RDB_SET, RDB_SET_LISTPACK } from './value-types.ts'

let server: PayloadServer
const run = (line: string): string => server.run(line)
const restore = (body: string | Uint8Array): string => server.restore(body)
const members = (key = 'k'): string[] => arrayOf(server.raw('SMEMBERS', key)).sort()
const encoding = (): string => run('OBJECT ENCODING k')
beforeEach(() => {
  server = new PayloadServer()
})

/** The bytes of a set of the general form. */
function general(...texts: readonly string[]): Uint8Array {
  return payloadOf(RDB_SET, (writer) => {
    writer.length(texts.length)
    for (const text of texts) writer.text(text)
  }).subarray(0, -10)
}

function limits(intset: number, listpack: number, value: number): void {
  run(
    `CONFIG SET set-max-intset-entries ${intset} set-max-listpack-entries ${listpack} set-max-listpack-value ${value}`,
  )
}

describe('A set in RDB', () => {
  it('is read in every form that was ever written', () => {
    for (const [body, texts, name] of [
      ['02 02 01 61 c001', ['1', 'a'], 'listpack'],
      ['02 02 c07f c001', ['1', '127'], 'intset'],
      ['0b 0c 02000000 02000000 ffff 0100', ['-1', '1'], 'intset'],
      ['0b 10 04000000 02000000 ffffffff 01000000', ['-1', '1'], 'intset'],
      [
        '0b 18 08000000 02000000 0000000000000080 ffffffffffffff7f',
        ['-9223372036854775808', '9223372036854775807'],
        'intset',
      ],
      ['14 0d 0d000000 0200 816102 f10100 03 ff'.replace('0d 0d', '0e 0e'), ['1', 'a'], 'listpack'],
      ['14 0b 0b000000 0200 0101 0201 ff', ['1', '2'], 'listpack'],
    ] as const) {
      expect([body, restore(body)]).toEqual([body, 'OK'])
      expect([body, members(), encoding()]).toEqual([body, texts, name])
    }
  })

  it('is written as Valkey 9.1 writes it', () => {
    // Golden: only lines are added.
    run('SADD numbers 1 2 3')
    expect(server.body('numbers')).toBe('0b0e0200000003000000010002000300')
    run('SADD packed 1 a')
    expect(server.body('packed')).toBe('140c0c00000002000101816102ff')
    limits(0, 0, 64)
    run('SADD large 1 a')
    expect(['0202c0010161', '02020161c001']).toContain(server.body('large'))
  })

  it('is kept in the form that Valkey 9.1 chooses', () => {
    // Observed there.
    for (const [set, texts, name] of [
      [[512, 128, 64], ['1', '2'], 'intset'],
      [[512, 128, 64], ['1', 'a'], 'listpack'],
      [[512, 128, 64], ['a', '1'], 'listpack'],
      [[2, 128, 64], ['a', 'b', 'c'], 'hashtable'],
      [[2, 128, 64], ['1', '2', '3'], 'hashtable'],
      [[2, 128, 64], ['a', 'b'], 'listpack'],
      [[512, 2, 64], ['a', 'b', 'c'], 'hashtable'],
      [[512, 2, 64], ['1', '2', 'c'], 'hashtable'],
      [[512, 2, 64], ['1', 'b'], 'listpack'],
      [[512, 128, 2], ['a', 'bbb'], 'hashtable'],
      [[512, 128, 2], ['111', 'a'], 'hashtable'],
      [[512, 128, 2], ['a', '111'], 'hashtable'],
    ] as const) {
      limits(set[0], set[1], set[2])
      expect(restore(general(...texts))).toBe('OK')
      expect([set, texts, encoding(), members()]).toEqual([set, texts, name, [...texts].sort()])
    }
    const intset = '0b 0e 02000000 03000000 0100 0200 0300'
    const listpack = '14 10 10000000 0300 816102 816202 816302 ff'
    limits(2, 2, 64)
    expect([restore(intset), encoding(), restore(listpack), encoding()]).toEqual(['OK', 'hashtable', 'OK', 'hashtable'])
    limits(512, 128, 0)
    expect([restore(listpack), encoding()]).toEqual(['OK', 'listpack'])
  })

  it('is still whole when it is too long to be packed here, whatever it is called', () => {
    limits(100_000, 100_000, 64)
    const numbers = Array.from({ length: 5000 }, (_, i) => `${i * 1_000_003}`)
    expect([restore(general(...numbers)), encoding(), run('SCARD k')]).toEqual(['OK', 'intset', '(integer) 5000'])
    run('SADD k word')
    expect([encoding(), run('SISMEMBER k 1000003'), run('SREM k word')]).toEqual([
      'listpack',
      '(integer) 1',
      '(integer) 1',
    ])
    server.copy()
    expect(members('copy')).toEqual(members())
    const words = numbers.map((number) => `word:${number}`)
    const packed = payloadOf(RDB_SET_LISTPACK, (writer) => {
      writer.string(listpack(words), 0, listpack(words).length)
    }).subarray(0, -10)
    expect([restore(packed), encoding(), run('SCARD k')]).toEqual(['OK', 'listpack', '(integer) 5000'])
    expect(members()).toEqual([...words].sort())
  })

  it('is refused with no members, a member twice, and when it is damaged', () => {
    const bodies = [
      '02 00',
      '02 02 01 61 01 61',
      '02 02 01 31 c001',
      '02 03 01 61 01 62',
      '0b 08 02000000 00000000',
      '0b 0c 02000000 02000000 0200 0100',
      '0b 0c 02000000 02000000 0100 0100',
      '0b 0b 03000000 01000000 010000',
      '0b 0a 02000000 02000000 0100',
      '0b 0c 02000000 01000000 0100 0200',
      '0b 07 02000000 000000',
      '14 07 07000000 0000 ff',
      '14 0d 0d000000 0200 816102 816102 ff',
      '14 0d 0d000000 0200 0501 813502 ff'.replace('0d 0d', '0c 0c'),
    ]
    for (const entries of [128, 0]) {
      limits(entries, entries, 64)
      for (const body of bodies) expect([body, restore(body)]).toEqual([body, BAD_FORMAT])
    }
    expect(run('DBSIZE')).toBe('(integer) 0')
  })

  it('gives back the memory of a large one that turns out to be damaged', () => {
    const bytes = general(...Array.from({ length: 2001 }, (_, i) => `member:${i % 2000}`))
    expect(restore(bytes)).toBe(BAD_FORMAT)
    const before = server.server.engine.usedBytes()
    for (let i = 0; i < 20; i++) expect(restore(bytes)).toBe(BAD_FORMAT)
    expect(server.server.engine.usedBytes()).toBe(before)
  })

  it('comes back as it was, whatever its members are', () => {
    const numbers = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)
    const texts = fc.uint8Array({ maxLength: 90 }).map((value) => latin1(value))
    const sets = fc.oneof(
      fc.uniqueArray(numbers, { minLength: 1, maxLength: 40 }),
      fc.uniqueArray(fc.oneof(texts, numbers), { minLength: 1, maxLength: 40 }),
    )
    fc.assert(
      fc.property(sets, fc.boolean(), (set, packed) => {
        limits(packed ? 512 : 0, packed ? 128 : 0, 64)
        run('DEL k')
        server.raw('SADD', 'k', ...set.map(fromLatin1))
        server.copy()
        expect(members('copy')).toEqual(members())
        expect(run('OBJECT ENCODING copy')).toBe(encoding())
      }),
      { numRuns: 200 },
    )
  })
})

function listpack(texts: readonly string[]): Uint8Array {
  const elements = new ListpackElements()
  for (const text of texts) elements.addText(text)
  return listpackOf(elements)
}
