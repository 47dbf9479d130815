import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'
const BAD_OFFSET = '(error) ERR bit offset is not an integer or out of range'

let server: TestEngine
const run = (line: string): string => server.client.run(line)
beforeEach(() => {
  server = startTestEngine()
})

describe('SETBIT and GETBIT', () => {
  it('change and read a bit, and make the string longer', () => {
    expect(run('SETBIT k 7 1')).toBe('(integer) 0')
    expect(run('SETBIT k 7 0')).toBe('(integer) 1')
    expect(run('SETBIT k 100 1')).toBe('(integer) 0')
    expect([run('STRLEN k'), run('GETBIT k 100'), run('GETBIT k 101'), run('GETBIT missing 5')]).toEqual(
      ['13', '1', '0', '0'].map((value) => `(integer) ${value}`),
    )
    server.events()
    expect(run('SETBIT k 100 1')).toBe('(integer) 1')
    expect(server.events()).toEqual([])
    expect(run('SETBIT new 20 0')).toBe('(integer) 0')
    expect(run('STRLEN new')).toBe('(integer) 3')
    expect(server.events()).toEqual(['setbit new 0'])
  })

  it('refuse offsets and bits that are none, and other types', () => {
    for (const offset of ['-1', 'x', '4294967296', '9223372036854775808']) {
      expect(run(`SETBIT k ${offset} 1`)).toBe(BAD_OFFSET)
      expect(run(`GETBIT k ${offset}`)).toBe(BAD_OFFSET)
    }
    for (const bit of ['2', 'x', '-1']) {
      expect(run(`SETBIT k 0 ${bit}`)).toBe('(error) ERR bit is not an integer or out of range')
    }
    server.putStream('s')
    for (const line of [
      'SETBIT s 0 1',
      'GETBIT s 0',
      'BITCOUNT s',
      'BITPOS s 1',
      'BITOP NOT d s',
      'BITFIELD s GET u8 0',
    ]) {
      expect(run(line)).toBe(WRONG_TYPE)
    }
    expect(run('EXISTS k d')).toBe('(integer) 0')
  })
})

describe('BITCOUNT and BITPOS', () => {
  it('count and find in ranges of bytes and bits', () => {
    server.client.raw('SET', 'k', Uint8Array.of(0xff, 0xf0, 0x00))
    expect(run('BITCOUNT k')).toBe('(integer) 12')
    expect(run('BITCOUNT k 1')).toBe('(integer) 4')
    expect(run('BITCOUNT k 1 -1 BYTE')).toBe('(integer) 4')
    expect(run('BITCOUNT k 5 9 BIT')).toBe('(integer) 5')
    expect(run('BITCOUNT k -1 -5')).toBe('(integer) 0')
    expect(run('BITPOS k 0')).toBe('(integer) 12')
    expect(run('BITPOS k 1 2')).toBe('(integer) -1')
    expect(run('BITPOS k 1 9 -1 BIT')).toBe('(integer) 9')
    server.client.raw('SET', 'ones', Uint8Array.of(0xff))
    expect(run('BITPOS ones 0')).toBe('(integer) 8')
    expect(run('BITPOS ones 0 0 -1')).toBe('(integer) -1')
    expect([run('BITPOS missing 0'), run('BITPOS missing 1'), run('BITCOUNT missing')]).toEqual([
      '(integer) 0',
      '(integer) -1',
      '(integer) 0',
    ])
    expect(run('BITPOS k 2')).toBe('(error) ERR The bit argument must be 1 or 0.')
    expect(run('BITCOUNT k 0 1 WORD')).toBe('(error) ERR syntax error')
    expect(run('BITCOUNT k x 1')).toBe('(error) ERR value is not an integer or out of range')
  })
})

describe('BITOP', () => {
  it('stores what it combines, over a source too, and deletes the key for nothing', () => {
    server.client.raw('SET', 'a', Uint8Array.of(0xf0, 0xff))
    server.client.raw('SET', 'b', Uint8Array.of(0x3c))
    server.events()
    expect(run('BITOP AND d a b')).toBe('(integer) 2')
    expect(server.client.raw('GET', 'd')).toBe('$2\r\n\x30\x00\r\n')
    expect(run('BITOP NOT a a')).toBe('(integer) 2')
    expect(server.client.raw('GET', 'a')).toBe('$2\r\n\x0f\x00\r\n')
    expect(run('BITOP OR a missing missing')).toBe('(integer) 0')
    expect(run('EXISTS a')).toBe('(integer) 0')
    const events = server.events().filter((event) => !event.startsWith('keymiss'))
    expect(events).toEqual(['set d 0', 'set a 0', 'del a 0'])
    expect(run('BITOP NOT d a b')).toBe('(error) ERR BITOP NOT must be called with a single source key.')
    expect(run('BITOP NAND d a b')).toBe('(error) ERR syntax error')
  })
})

describe('BITFIELD and BITFIELD_RO', () => {
  it('read and change numbers, with each kind of overflow', () => {
    expect(run('BITFIELD k SET u8 0 200 GET u4 0 GET i8 0 INCRBY u8 0 100')).toBe(
      '[(integer) 0, (integer) 12, (integer) -56, (integer) 44]',
    )
    expect(run('BITFIELD k OVERFLOW SAT INCRBY u8 0 300 OVERFLOW FAIL INCRBY u8 0 1 GET u8 0')).toBe(
      '[(integer) 255, (nil), (integer) 255]',
    )
    expect(run('BITFIELD k SET i64 #1 -9223372036854775808 INCRBY i64 #1 -1')).toBe(
      '[(integer) 0, (integer) 9223372036854775807]',
    )
    expect(run('STRLEN k')).toBe('(integer) 16')
    expect(run('BITFIELD_RO k GET u8 0 GET i5 1000')).toBe('[(integer) 255, (integer) 0]')
    expect(run('BITFIELD k')).toBe('[]')
  })

  it('tell of a change once, and refuse what is wrong without one', () => {
    run('BITFIELD k SET u8 0 1 SET u8 8 2')
    expect(server.events()).toEqual(['setbit k 0'])
    for (const type of ['u64', 'i65', 'u0', 'x8', 'u']) {
      expect(run(`BITFIELD k SET u8 0 9 GET ${type} 0`)).toBe(
        '(error) ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.',
      )
    }
    expect(run('BITFIELD k SET u8 -1 0')).toBe(BAD_OFFSET)
    expect(run('BITFIELD k SET u8 0 x')).toBe('(error) ERR value is not an integer or out of range')
    expect(run('BITFIELD k OVERFLOW NO')).toBe('(error) ERR Invalid OVERFLOW type specified')
    expect(run('BITFIELD_RO k SET u8 0 1')).toBe('(error) ERR BITFIELD_RO only supports the GET subcommand')
    expect(run('BITFIELD k GET u8 0')).toBe('[(integer) 1]')
    expect(run('BITFIELD k SET u8 0 1 INCRBY u8 8 0')).toBe('[(integer) 1, (integer) 2]')
    expect(server.events()).toEqual([])
    run('BITFIELD k SET u8 16 0')
    expect(server.events()).toEqual(['setbit k 0'])
  })
})
