import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { fromLatin1, latin1 } from '../../structures/bytes.ts'
import { arrayOf, BAD_FORMAT, PayloadServer, payloadOf } from './_test-payload.ts'
import { RDB_HASH, RDB_HASH_2, RDB_HASH_METADATA } from './value-types.ts'

let server: PayloadServer
const run = (line: string): string => server.run(line)
const restore = (body: string | Uint8Array, version?: number): string => server.restore(body, version)
beforeEach(() => {
  server = new PayloadServer()
})

/** Fields and values in the order of the fields. */
function hash(key = 'k'): string[][] {
  const words = arrayOf(server.raw('HGETALL', key))
  const pairs: string[][] = []
  for (let i = 0; i < words.length; i += 2) pairs.push([words[i], words[i + 1]])
  return pairs.sort()
}

describe('A hash in RDB', () => {
  it('is read in every form that was ever written', () => {
    const zipmap = '02 01 61 01 00 31 01 62 03 00 78797a ff'
    const ziplist = '18000000 12000000 0400 00 01 61 03 f2 02 01 62 03 03 78797a ff'
    const listpack = '14000000 0400 816102 0101 816202 8378797a04 ff'
    for (const body of [
      '04 02 01 61 c001 01 62 03 78797a',
      `09 0e ${zipmap}`,
      `0d 18 ${ziplist}`,
      `10 14 ${listpack}`,
      '16 02 01 61 c001 ffffffffffffffff 01 62 03 78797a ffffffffffffffff',
    ]) {
      expect([body, restore(body)]).toEqual([body, 'OK'])
      expect(hash()).toEqual([
        ['a', '1'],
        ['b', 'xyz'],
      ])
      expect(run('OBJECT ENCODING k')).toBe('listpack')
    }
  })

  it('is written as Valkey 9.1 writes it', () => {
    // Golden: only lines are added.
    run('HSET packed f v g 12')
    expect(server.body('packed')).toBe('10121200000004008166028176028167020c01ff')
    run('CONFIG SET hash-max-listpack-entries 1')
    run('HSET large f v')
    run('HSET large g 12')
    expect(['0402016601760167c00c', '04020167c00c01660176']).toContain(server.body('large'))
    run('HSET timed f v')
    run('HPEXPIREAT timed 9999999999999 FIELDS 1 f')
    expect(Buffer.from(server.dump('timed')).toString('hex').slice(0, -16)).toBe('160101660176ff9f724e180900005000')
  })

  it('is packed by the limits that hold here, not by those that held there', () => {
    run('HSET k a 1 b 2 c 3')
    const expected = hash()
    run('CONFIG SET hash-max-listpack-entries 2')
    server.copy()
    expect([run('OBJECT ENCODING copy'), hash('copy')]).toEqual(['hashtable', expected])
    run('CONFIG SET hash-max-listpack-entries 3')
    run('RENAME copy k')
    server.copy()
    expect([run('OBJECT ENCODING copy'), hash('copy')]).toEqual(['listpack', expected])
    run('CONFIG SET hash-max-listpack-value 0')
    run('RENAME copy k')
    server.copy()
    // A listpack is not looked at value by value, as in Valkey.
    expect(run('OBJECT ENCODING copy')).toBe('listpack')
    expect([run('HSET copy d 4'), run('HGET copy d'), run('HGET copy a')]).toEqual(['(integer) 1', '4', '1'])
    expect([run('OBJECT ENCODING copy'), run('HDEL copy a b c d'), run('EXISTS copy')]).toEqual([
      'hashtable',
      '(integer) 4',
      '(integer) 0',
    ])
  })

  it('has its elements in their shortest form, so that they are found', () => {
    // The field 5 as a string, the value 1 in 16 bits.
    expect(restore('10 0e 0e000000 0200 813502 f1010003 ff')).toBe('OK')
    expect([run('HGET k 5'), hash(), server.body('k')]).toEqual(['1', [['5', '1']], '100b0b000000020005010101ff'])
  })

  it('is refused with no fields, a field twice, and a field without a value', () => {
    const bodies = [
      '04 00',
      '04 01 01 61',
      '04 02 01 61 01 31 01 61 01 32',
      '04 02 01 35 01 31 c005 01 32',
      '10 07 07000000 0000 ff',
      '10 0a 0a000000 0100 816102 ff',
      '10 10 10000000 0400 0501 0101 813502 0201 ff',
      '09 02 00 ff',
      '09 09 02 01 61 01 00 31 01 61 ff',
      '0d 0b 0b000000 0a000000 0000 ff',
      '16 00',
      '16 01 01 61 01 31 00000000000000',
      '16 01 01 61 01 31 feffffffffffffff',
      '18 0000000000000000 00',
      '18 ffffffffffffffff 01 01 01 61 01 31',
      '19 0000000000000000 0d 0d000000 0200 816102 0101 ff',
      '19 0000000000000000 10 10000000 0300 816102 816202 816302 ff',
      // Counts, lengths and ends that are not so.
      '10 0b 0b000000 0300 0501 0101 ff',
      '10 0b 0c000000 0200 0501 0101 ff',
      '10 0b 0b000000 0200 0501 0102 ff',
      '10 0b 0b000000 0200 0501 0101 fe',
    ]
    for (const entries of [512, 0]) {
      run(`CONFIG SET hash-max-listpack-entries ${entries}`)
      for (const body of bodies) expect([body, restore(body)]).toEqual([body, BAD_FORMAT])
    }
    expect(run('DBSIZE')).toBe('(integer) 0')
  })

  it('gives back the memory of a large one that turns out to be damaged', () => {
    for (const last of ['field:7', 'cut']) {
      const bytes = payloadOf(RDB_HASH, (writer) => {
        writer.length(2001)
        for (let i = 0; i < 2000; i++) {
          writer.text(`field:${i}`)
          writer.text('x'.repeat(100))
        }
        if (last === 'cut') return
        writer.text(last)
        writer.text('')
      }).subarray(0, -10)
      expect(restore(bytes)).toBe(BAD_FORMAT)
      const before = server.server.engine.usedBytes()
      for (let i = 0; i < 20; i++) expect(restore(bytes)).toBe(BAD_FORMAT)
      expect(server.server.engine.usedBytes()).toBe(before)
    }
  })

  it('comes back as it was, whatever its fields are', () => {
    const bytes = fc.uint8Array({ maxLength: 90 }).map((value) => latin1(value))
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    const text = fc.oneof(bytes, fc.maxSafeInteger().map(String), int64.map(String))
    const times = fc.array(fc.integer({ min: 1, max: 2 ** 41 }), { maxLength: 3 })
    fc.assert(
      fc.property(
        fc.dictionary(text, text, { minKeys: 1, maxKeys: 40 }),
        fc.boolean(),
        times,
        (pairs, packed, ttls) => {
          run(`CONFIG SET hash-max-listpack-entries ${packed ? 512 : 0}`)
          run('DEL k')
          const fields = Object.keys(pairs)
          for (const field of fields) server.raw('HSET', 'k', fromLatin1(field), fromLatin1(pairs[field]))
          for (const [i, ttl] of ttls.entries()) {
            server.raw('HPEXPIRE', 'k', `${ttl}`, 'FIELDS', '1', fromLatin1(fields[i % fields.length]))
          }
          server.copy()
          expect(hash('copy')).toEqual(hash('k'))
          const timesOf = (key: string): string =>
            server.raw('HPEXPIRETIME', key, 'FIELDS', `${fields.length}`, ...fields.map(fromLatin1))
          expect(timesOf('copy')).toBe(timesOf('k'))
          expect(run('OBJECT ENCODING copy')).toBe(run('OBJECT ENCODING k'))
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('Fields that expire', () => {
  it("are read in Redis's forms, where 22 is another than Valkey's", () => {
    // a without a time, b at 2000000000000.
    const ms = '0020 4aa9d1010000'
    const listpack = '1d000000 0600 816102 0101 0001 816202 0201 f4 00204aa9d1010000 09 ff'
    for (const [body, version] of [
      [`18 ${ms} 02 00 01 61 01 31 01 01 62 01 32`, 12],
      [`19 ${ms} 1d ${listpack}`, 12],
      ['16 02 00 01 61 01 31 81 000001d1a94a2000 01 62 01 32', 12],
      [`17 1d ${listpack}`, 12],
      [`16 02 01 61 01 31 ffffffffffffffff 01 62 01 32 ${ms}`, 80],
      [`16 02 01 61 01 31 ffffffffffffffff 01 62 01 32 ${ms}`, 11],
    ] as const) {
      expect([body, restore(body, version)]).toEqual([body, 'OK'])
      expect(hash()).toEqual([
        ['a', '1'],
        ['b', '2'],
      ])
      expect(run('HPEXPIRETIME k FIELDS 2 a b')).toBe('[(integer) -1, (integer) 2000000000000]')
      expect(run('OBJECT ENCODING k')).toBe('hashtable')
    }
  })

  it('whose time is over come with RESTORE, and expire then', () => {
    const { now } = server.server.clock
    const bytes = payloadOf(RDB_HASH_2, (writer) => {
      writer.length(2)
      for (const [field, ms] of [
        ['a', now - 1],
        ['b', now + 1000],
      ] as const) {
        writer.text(field)
        writer.text('v')
        writer.milliseconds(ms)
      }
    }).subarray(0, -10)
    run('DEBUG SET-ACTIVE-EXPIRE 0')
    expect(restore(bytes, 80)).toBe('OK')
    expect([run('HLEN k'), hash()]).toEqual(['(integer) 2', [['b', 'v']]])
    server.server.events()
    server.server.clock.advance(500)
    expect([run('HLEN k'), server.server.events()]).toEqual(['(integer) 1', ['hexpired k 0']])
    server.server.clock.advance(1000)
    expect([run('EXISTS k'), server.server.events()]).toEqual([
      '(integer) 0',
      ['hexpired k 0', 'del k 0', 'keymiss k 0'],
    ])
  })

  it('with times beyond what is kept have the last one that is', () => {
    const bytes = payloadOf(RDB_HASH_METADATA, (writer) => {
      writer.milliseconds(2 ** 52)
      writer.length(1)
      writer.length(2 ** 52)
      writer.text('a')
      writer.text('v')
    }).subarray(0, -10)
    expect(restore(bytes, 12)).toBe('OK')
    expect(run('HPEXPIRETIME k FIELDS 1 a')).toBe('[(integer) 281474976710655]')
  })
})
