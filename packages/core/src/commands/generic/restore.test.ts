import { beforeEach, describe, expect, it } from 'vitest'
import { createEngine } from '../../create-engine.ts'
import { bulkOf, payload } from '../../keyspace/rdb/_test-payload.ts'
import { seededRandom, startTestEngine, TestClient, type TestEngine } from '../_test-client.ts'
import { boxModule } from './_test-box.ts'

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
  it('keeps a listpack of long values, and makes one of many elements large', () => {
    run(`HSET h f ${'x'.repeat(20)}`)
    run(`ZADD z 1 ${'x'.repeat(20)}`)
    run('HSET many a 1 b 2 c 3')
    const payloads = ['h', 'z', 'many'].map(dump)
    const settings = ['hash-max-listpack-value 4', 'zset-max-listpack-value 4', 'hash-max-listpack-entries 2']
    for (const setting of settings) run(`CONFIG SET ${setting}`)
    const encodings = payloads.map((bytes, i) => {
      raw('RESTORE', `copy${i}`, '0', bytes)
      return run(`OBJECT ENCODING copy${i}`)
    })
    expect(encodings).toEqual(['listpack', 'listpack', 'hashtable'])
  })

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

  it('does not look at the checksum when DEBUG says so', () => {
    server.engine.config.set([['enable-debug-command', 'yes']], { startup: true })
    const wrong = payload('00 0161')
    wrong[1] = 0
    wrong[2] = 0
    run('DEBUG SET-SKIP-CHECKSUM-VALIDATION 1')
    expect(raw('RESTORE', 'k', '0', wrong)).toBe(BAD_FORMAT)
    wrong[1] = 1
    wrong[2] = 0x62
    expect([raw('RESTORE', 'k', '0', wrong), run('GET k')]).toEqual(['+OK\r\n', 'b'])
    run('DEBUG SET-SKIP-CHECKSUM-VALIDATION 0')
    expect(raw('RESTORE', 'k', '0', wrong, 'REPLACE')).toBe(BAD_FOOTER)
  })

  it('refuses payloads that are no value, or have something behind it', () => {
    for (const body of ['', '00', '00 05616263', '08 0161', 'ff', 'fe00', '00 0161 00', '06 0161', '1a 00', '00 c4']) {
      const reply = raw('RESTORE', 'k', '0', payload(body))
      expect([body, reply]).toEqual([body, body === '' ? BAD_FOOTER : BAD_FORMAT])
    }
    expect(run('DBSIZE')).toBe('(integer) 0')
  })

  it('says in the log what is wrong with a payload', () => {
    const lines: string[] = []
    const engine = createEngine({
      clock: server.clock,
      random: seededRandom(),
      log: (level, line) => lines.push(`${level}: ${line}`),
    })
    const client = new TestClient(engine)
    client.raw('RESTORE', 'k', '0', payload('10 0b 0b000000 0200 0501 0102 ff'))
    expect(lines).toEqual(['warning: RESTORE: Hash listpack integrity check failed: a listpack is damaged'])
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
