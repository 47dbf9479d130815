import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'
const NOT_INTEGER = '(error) ERR value is not an integer or out of range'

describe('SETRANGE', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('overwrites from the offset on, and returns the length', () => {
    run('SET k hello')
    expect(run('SETRANGE k 1 E')).toBe('(integer) 5')
    expect(run('SETRANGE k 4 OUT')).toBe('(integer) 7')
    expect(run('GET k')).toBe('hEllOUT')
    expect(server.events()).toEqual(['set k 0', 'setrange k 0', 'setrange k 0'])
  })

  it('fills what lies between with zero bytes, in a new key too', () => {
    run('SET k a')
    expect(run('SETRANGE k 3 b')).toBe('(integer) 4')
    expect(run('GET k')).toBe('a\0\0b')
    expect(run('SETRANGE new 3 ab')).toBe('(integer) 5')
    expect(run('GET new')).toBe('\0\0\0ab')
    expect(run('OBJECT ENCODING new')).toBe('raw')
  })

  it('fills with zero bytes where longer values were before', () => {
    for (const length of [10, 300, 20_000, 100_000]) {
      server.client.raw('SET', 'k', 'x'.repeat(length))
      server.client.raw('SET', 'k', 'a')
      expect(run(`SETRANGE k ${length} b`)).toBe(`(integer) ${length + 1}`)
      expect(run('GET k')).toBe(`a${'\0'.repeat(length - 1)}b`)
      run('DEL k')
    }
  })

  it('does nothing for an empty value', () => {
    run('SET k hello')
    server.events()
    expect(server.client.raw('SETRANGE', 'k', '99', '')).toBe(':5\r\n')
    expect(server.client.raw('SETRANGE', 'k', '9223372036854775807', '')).toBe(':5\r\n')
    expect(server.client.raw('SETRANGE', 'none', '5', '')).toBe(':0\r\n')
    expect(server.events()).toEqual([])
    expect(run('EXISTS none')).toBe('(integer) 0')
  })

  it('keeps the time to live', () => {
    run('SET k v EX 100')
    run('SETRANGE k 500 w')
    expect(run('TTL k')).toBe('(integer) 100')
  })

  it('refuses offsets below 0 and lengths beyond proto-max-bulk-len', () => {
    const tooLong = '(error) ERR string exceeds maximum allowed size (proto-max-bulk-len)'
    server.putStream('s')
    expect(run('SETRANGE s -1 x')).toBe('(error) ERR offset is out of range')
    expect(run('SETRANGE k -9223372036854775808 x')).toBe('(error) ERR offset is out of range')
    for (const offset of ['536870912', '2147483648', '4294967296', '9007199254740992', '9223372036854775807']) {
      expect(run(`SETRANGE k ${offset} x`), offset).toBe(tooLong)
    }
    expect(run('SETRANGE k 536870911 xx')).toBe(tooLong)
    expect(run('SETRANGE k 9223372036854775808 x')).toBe(NOT_INTEGER)
    expect(run('SETRANGE k abc x')).toBe(NOT_INTEGER)
    expect(run('EXISTS k')).toBe('(integer) 0')
  })

  it('refuses a key that holds no string, even for an empty value', () => {
    server.putStream('s')
    expect(run('SETRANGE s 0 x')).toBe(WRONG_TYPE)
    expect(server.client.raw('SETRANGE', 's', '0', '')).toContain('-WRONGTYPE')
  })

  it('refuses any other number of arguments', () => {
    expect(run('SETRANGE k 0')).toBe("(error) ERR wrong number of arguments for 'setrange' command")
    expect(run('SETRANGE k 0 a b')).toBe("(error) ERR wrong number of arguments for 'setrange' command")
  })
})
