import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { fromLatin1, latin1 } from '../../structures/bytes.ts'
import { startTestEngine, type TestEngine } from '../_test-client.ts'
import { boxModule } from './_test-box.ts'
import { bulkOf, payload, payloadOf } from './_test-payload.ts'

const BAD_FORMAT = '-ERR Bad data format\r\n'
const BAD_FOOTER = '-ERR DUMP payload version or checksum are wrong\r\n'

let server: TestEngine
let freed: string[]
const run = (line: string): string => server.client.run(line)
const raw = (...words: (string | Uint8Array)[]): string => server.client.raw(...words)
const dump = (key: string): Uint8Array => bulkOf(raw('DUMP', key)) as Uint8Array
beforeEach(() => {
  freed = []
  server = startTestEngine([boxModule(freed)])
})

describe('RESTORE', () => {
  it('creates a key, and tells of it', () => {
    run('SET k v')
    const bytes = dump('k')
    server.events()
    expect(raw('RESTORE', 'copy', '0', bytes)).toBe('+OK\r\n')
    expect(server.events()).toEqual(['restore copy 0'])
    expect([run('GET copy'), run('PTTL copy')]).toEqual(['v', '(integer) -1'])
  })

  it('gives a time to live, from now or with ABSTTL a point in time', () => {
    const bytes = payload('00 0161')
    expect(raw('RESTORE', 'k', '5000', bytes)).toBe('+OK\r\n')
    expect(run('PTTL k')).toBe('(integer) 5000')
    raw('RESTORE', 'k', `${server.clock.now + 77}`, bytes, 'absttl', 'Replace')
    expect(run('PTTL k')).toBe('(integer) 77')
    raw('RESTORE', 'k', '0', bytes, 'ABSTTL', 'REPLACE')
    expect(run('PTTL k')).toBe('(integer) -1')
  })

  it('with a time that is over creates nothing, and with REPLACE deletes', () => {
    const bytes = payload('00 0161')
    expect(raw('RESTORE', 'k', '1', bytes, 'ABSTTL')).toBe('+OK\r\n')
    expect([server.events(), run('EXISTS k')]).toEqual([[], '(integer) 0'])
    run('SET k v')
    server.events()
    expect(raw('RESTORE', 'k', '1', bytes, 'ABSTTL', 'REPLACE')).toBe('+OK\r\n')
    expect([server.events(), run('EXISTS k')]).toEqual([['del k 0'], '(integer) 0'])
    expect(raw('RESTORE', 'k', '9223372036854775807', bytes)).toBe('+OK\r\n')
    expect(run('EXISTS k')).toBe('(integer) 0')
  })

  it('refuses a key that exists, before it looks at time and payload', () => {
    run('SET k v')
    for (const words of [
      ['0', payload('00 0161')],
      ['-1', payload('00 0161')],
      ['x', 'junk'],
    ] as const) {
      expect(raw('RESTORE', 'k', ...words)).toBe('-BUSYKEY Target key name already exists.\r\n')
    }
    expect(run('GET k')).toBe('v')
    expect(raw('RESTORE', 'k', '0', 'junk', 'REPLACE')).toBe(BAD_FOOTER)
    expect(run('GET k')).toBe('v')
    server.clock.now += 1
    run('PEXPIRE k 1')
    server.clock.now += 1
    expect(raw('RESTORE', 'k', '0', payload('00 0161'))).toBe('+OK\r\n')
  })

  it('replaces a value of another type, whose object is freed', () => {
    run('BOX.SET k old')
    expect(raw('RESTORE', 'k', '0', payload('00 0161'), 'REPLACE')).toBe('+OK\r\n')
    expect([run('GET k'), freed]).toEqual(['a', ['free old']])
  })

  it('takes the time since the last access, or the LFU counter, whichever the policy counts', () => {
    const bytes = payload('00 0161')
    const idle = (seconds: string): string => {
      expect(raw('RESTORE', 'k', '0', bytes, 'IDLETIME', seconds, 'REPLACE')).toBe('+OK\r\n')
      return run('OBJECT IDLETIME k')
    }
    expect(['0', '100', '16777215', '16777216'].map(idle)).toEqual([
      '(integer) 0',
      '(integer) 100',
      '(integer) 16777215',
      '(integer) 0',
    ])
    expect([idle('2147483648'), idle('9223372036854775')]).toEqual(['(integer) 0', '(integer) 14898167'])
    raw('RESTORE', 'k', '0', bytes, 'FREQ', '9', 'REPLACE')
    expect(run('OBJECT IDLETIME k')).toBe('(integer) 0')
    run('CONFIG SET maxmemory-policy allkeys-lfu')
    raw('RESTORE', 'k', '0', bytes, 'FREQ', '255', 'REPLACE')
    expect(run('OBJECT FREQ k')).toBe('(integer) 255')
    raw('RESTORE', 'k', '0', bytes, 'IDLETIME', '9', 'REPLACE')
    expect(run('OBJECT FREQ k')).toBe('(integer) 5')
  })

  it('refuses options that are none, conflict or are out of range', () => {
    const bytes = payload('00 0161')
    const INTEGER = '-ERR value is not an integer or out of range\r\n'
    const SYNTAX = '-ERR syntax error\r\n'
    const IDLETIME = '-ERR Invalid IDLETIME value, must be >= 0\r\n'
    const FREQ = '-ERR Invalid FREQ value, must be >= 0 and <= 255\r\n'
    for (const [options, error] of [
      [['FOO'], SYNTAX],
      [['IDLETIME'], SYNTAX],
      [['FREQ'], SYNTAX],
      [['IDLETIME', '1', 'FREQ', '1'], SYNTAX],
      [['FREQ', '1', 'IDLETIME', '1'], SYNTAX],
      [['IDLETIME', 'x'], INTEGER],
      [['IDLETIME', '9223372036854775808'], INTEGER],
      [['IDLETIME', '-1'], IDLETIME],
      [['FREQ', 'x'], INTEGER],
      [['FREQ', '-1'], FREQ],
      [['FREQ', '256'], FREQ],
      [['FREQ', '4294967296'], FREQ],
    ] as const) {
      expect([options, raw('RESTORE', 'k', '0', bytes, ...options)]).toEqual([options, error])
    }
    const TTL = '-ERR Invalid TTL value, must be >= 0\r\n'
    for (const [ttl, error] of [
      ['-1', TTL],
      ['-9223372036854775808', TTL],
      ['x', INTEGER],
      ['', INTEGER],
      ['1e3', INTEGER],
      ['9223372036854775808', INTEGER],
    ] as const) {
      expect([ttl, raw('RESTORE', 'k', ttl, bytes)]).toEqual([ttl, error])
    }
    expect(run('EXISTS k')).toBe('(integer) 0')
    expect(run('RESTORE k 0')).toBe("(error) ERR wrong number of arguments for 'restore' command")
  })

  it('knows versions up to 12 and Valkey 80, or any when rdb-version-check is relaxed', () => {
    const taken = (): number[] =>
      [0, 1, 6, 11, 12, 13, 79, 80, 81, 256, 65535].filter((version) => {
        const reply = raw('RESTORE', 'k', '0', payload('00 0161', version), 'REPLACE')
        if (reply !== '+OK\r\n') expect(reply).toBe(BAD_FOOTER)
        return reply === '+OK\r\n'
      })
    expect(taken()).toEqual([0, 1, 6, 11, 12, 80])
    run('CONFIG SET rdb-version-check relaxed')
    expect(taken()).toHaveLength(11)
  })

  it('refuses what is too short, or has another checksum', () => {
    const bytes = payload('00 0568656c6c6f')
    for (let length = 0; length < bytes.length; length++) {
      expect(raw('RESTORE', 'k', '0', bytes.subarray(0, length))).toBe(BAD_FOOTER)
    }
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const wrong = bytes.slice()
      wrong[bit >> 3] ^= 1 << (bit & 7)
      expect(raw('RESTORE', 'k', '0', wrong)).toBe(BAD_FOOTER)
    }
    expect(raw('RESTORE', 'k', '0', Uint8Array.of(...bytes.subarray(0, -8), 0, 0, 0, 0, 0, 0, 0, 0))).toBe(BAD_FOOTER)
  })

  it('refuses payloads that are no value, or have something behind it', () => {
    for (const body of ['', '00', '00 05616263', '08 0161', 'ff', 'fe00', '00 0161 00', '06 0161', '1a 00', '00 c4']) {
      const reply = raw('RESTORE', 'k', '0', payload(body))
      expect([body, reply]).toEqual([body, body === '' ? BAD_FOOTER : BAD_FORMAT])
    }
    expect(run('DBSIZE')).toBe('(integer) 0')
  })

  it('restores strings of every length and form', () => {
    for (const text of [
      '',
      '1',
      '-32769',
      '2147483648',
      '9223372036854775807',
      'x'.repeat(300),
      'abc'.repeat(30_000),
    ]) {
      raw('SET', 'k', text)
      expect(raw('RESTORE', 'copy', '0', dump('k'), 'REPLACE')).toBe('+OK\r\n')
      expect(raw('GET', 'copy')).toBe(raw('GET', 'k'))
      expect(run('OBJECT ENCODING copy')).toBe(run('OBJECT ENCODING k'))
    }
  })
})

describe('RESTORE of a hash', () => {
  /** Fields and values in the order of the fields. */
  const hash = (key: string): string[][] => {
    const words = plainArray(raw('HGETALL', key))
    const pairs: string[][] = []
    for (let i = 0; i < words.length; i += 2) pairs.push([words[i], words[i + 1]])
    return pairs.sort()
  }

  it('reads every form that was ever written', () => {
    const expected = [
      ['a', '1'],
      ['b', 'xyz'],
    ]
    const zipmap = '02 01 61 01 00 31 01 62 03 00 78797a ff'
    const ziplist = '18000000 12000000 0400 00 01 61 03 f2 02 01 62 03 03 78797a ff'
    const listpack = '14000000 0400 816102 0101 816202 8378797a04 ff'
    for (const body of [
      '04 02 01 61 c001 01 62 03 78797a',
      `09 0e ${zipmap}`,
      `0d 18 ${ziplist}`,
      `10 14 ${listpack}`,
    ]) {
      expect([body, raw('RESTORE', 'k', '0', payload(body), 'REPLACE')]).toEqual([body, '+OK\r\n'])
      expect(hash('k')).toEqual(expected)
      expect(run('OBJECT ENCODING k')).toBe('listpack')
    }
  })

  it('packs it by the limits that hold here, not by those that held there', () => {
    run('HSET k a 1 b 2 c 3')
    const packed = dump('k')
    run('CONFIG SET hash-max-listpack-entries 2')
    raw('RESTORE', 'large', '0', packed)
    expect([run('OBJECT ENCODING large'), hash('large')]).toEqual(['hashtable', hash('k')])
    const large = dump('large')
    run('CONFIG SET hash-max-listpack-entries 3')
    raw('RESTORE', 'small', '0', large)
    expect([run('OBJECT ENCODING small'), hash('small')]).toEqual(['listpack', hash('k')])
    run('CONFIG SET hash-max-listpack-value 0')
    raw('RESTORE', 'value', '0', packed)
    expect(run('OBJECT ENCODING value')).toBe('hashtable')
    run('HSET small d 4')
    expect([run('HGET small d'), run('HGET large a'), run('HDEL large a b c'), run('EXISTS large')]).toEqual([
      '4',
      '1',
      '(integer) 3',
      '(integer) 0',
    ])
  })

  it('keeps elements in their shortest form, so that they are found', () => {
    // The field 5 as a string, the value 1 in 16 bits.
    expect(raw('RESTORE', 'k', '0', payload('10 0e 0e000000 0200 813502 f1010003 ff'))).toBe('+OK\r\n')
    expect([run('HGET k 5'), hash('k')]).toEqual(['1', [['5', '1']]])
    expect(Buffer.from(dump('k')).toString('hex')).toBe(
      Buffer.from(payload('10 0b 0b000000 0200 0501 0101 ff')).toString('hex'),
    )
  })

  it('refuses no fields, a field twice, and a field without a value', () => {
    for (const body of [
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
      // Counts, lengths and ends that are not so.
      '10 0b 0b000000 0300 0501 0101 ff',
      '10 0b 0c000000 0200 0501 0101 ff',
      '10 0b 0b000000 0200 0501 0102 ff',
      '10 0b 0b000000 0200 0501 0101 fe',
    ]) {
      expect([body, raw('RESTORE', 'k', '0', payload(body))]).toEqual([body, BAD_FORMAT])
    }
    run('CONFIG SET hash-max-listpack-entries 0')
    expect(raw('RESTORE', 'k', '0', payload('04 02 01 61 01 31 01 61 01 32'))).toBe(BAD_FORMAT)
    expect(run('DBSIZE')).toBe('(integer) 0')
  })

  it('gives back the memory of a large one that turns out to be damaged', () => {
    const fields = 2000
    const bytes = payloadOf(4, (writer) => {
      writer.length(fields + 1)
      for (let i = 0; i < fields; i++) {
        writer.text(`field:${i}`)
        writer.text('x'.repeat(100))
      }
      writer.text('field:7')
      writer.text('')
    })
    expect(raw('RESTORE', 'k', '0', bytes)).toBe(BAD_FORMAT)
    const before = server.engine.usedBytes()
    for (let i = 0; i < 20; i++) expect(raw('RESTORE', 'k', '0', bytes)).toBe(BAD_FORMAT)
    expect(server.engine.usedBytes()).toBe(before)
  })

  it('gives the fields of any hash back', () => {
    const bytes = fc.uint8Array({ maxLength: 90 }).map((value) => latin1(value))
    const text = fc.oneof(
      bytes,
      fc.maxSafeInteger().map(String),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
    )
    fc.assert(
      fc.property(fc.dictionary(text, text, { minKeys: 1, maxKeys: 40 }), fc.boolean(), (pairs, packed) => {
        run(`CONFIG SET hash-max-listpack-entries ${packed ? 512 : 0}`)
        run('DEL k')
        for (const [field, value] of Object.entries(pairs)) raw('HSET', 'k', fromLatin1(field), fromLatin1(value))
        expect(raw('RESTORE', 'copy', '0', dump('k'), 'REPLACE')).toBe('+OK\r\n')
        expect(hash('copy')).toEqual(hash('k'))
      }),
      { numRuns: 200 },
    )
  })
})

describe("RESTORE of a module's value", () => {
  const id = '81 b5eb2df9ba317801'

  it('asks the module to load it', () => {
    run('BOX.SET k hi')
    expect(raw('RESTORE', 'copy', '0', dump('k'))).toBe('+OK\r\n')
    expect([run('BOX.GET copy'), run('TYPE copy')]).toEqual(['hi', 'box'])
  })

  it('refuses a type that nobody knows, a newer version, other fields and too many of them', () => {
    for (const body of [
      '07 01 00',
      '07 81 b5eb2df9ba317802 05 0161 00',
      `07 ${id} 00`,
      `07 ${id} 02 01 00`,
      `07 ${id} 05 05 61`,
      `07 ${id} 05 0161`,
      `07 ${id} 05 0161 05 0161 00`,
    ]) {
      expect([body, raw('RESTORE', 'k', '0', payload(body))]).toEqual([body, BAD_FORMAT])
    }
    // What had been loaded when it turned out that there is more.
    expect(freed).toEqual(['free a'])
  })
})

/** The bulk strings of an array. */
function plainArray(reply: string): string[] {
  const words: string[] = []
  let at = reply.indexOf('\r\n') + 2
  while (at < reply.length) {
    const end = reply.indexOf('\r\n', at)
    const length = Number(reply.slice(at + 1, end))
    words.push(reply.slice(end + 2, end + 2 + length))
    at = end + 4 + length
  }
  return words
}
