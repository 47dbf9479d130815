import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'
const NOT_INTEGER = '(error) ERR value is not an integer or out of range'

describe('GETRANGE', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('returns the part from one position to the other, both included', () => {
    run('SET k hello')
    // Golden values of Valkey 9.1.
    for (const [start, end, part] of [
      ['0', '-1', 'hello'],
      ['1', '3', 'ell'],
      ['-3', '-1', 'llo'],
      ['-1', '-3', ''],
      ['-100', '2', 'hel'],
      ['-100', '-5', 'h'],
      ['-100', '-50', 'h'],
      ['-50', '-100', ''],
      ['3', '100', 'lo'],
      ['5', '100', ''],
      ['2', '1', ''],
      ['0', '0', 'h'],
      ['-9223372036854775808', '9223372036854775807', 'hello'],
      ['9007199254740993', '9223372036854775807', ''],
      ['0', '4294967296', 'hello'],
      ['-4294967296', '2147483648', 'hello'],
    ] as const) {
      expect(run(`GETRANGE k ${start} ${end}`), `${start} ${end}`).toBe(part)
    }
  })

  it('returns nothing of a missing key and of an empty string', () => {
    expect(server.client.raw('GETRANGE', 'none', '0', '-1')).toBe('$0\r\n\r\n')
    server.client.raw('SET', 'k', '')
    expect(server.client.raw('GETRANGE', 'k', '0', '-1')).toBe('$0\r\n\r\n')
    expect(server.client.raw('GETRANGE', 'k', '-5', '-1')).toBe('$0\r\n\r\n')
  })

  it('refuses positions that are no numbers of 64 bits, before it looks at the key', () => {
    server.putStream('s')
    for (const position of ['a', '1.5', '9223372036854775808', '-9223372036854775809']) {
      expect(run(`GETRANGE s ${position} 1`)).toBe(NOT_INTEGER)
      expect(run(`GETRANGE s 1 ${position}`)).toBe(NOT_INTEGER)
    }
  })

  it('refuses a key that holds no string', () => {
    server.putStream('s')
    expect(run('GETRANGE s 0 1')).toBe(WRONG_TYPE)
    expect(server.events()).toEqual([])
  })

  it('refuses any other number of arguments', () => {
    expect(run('GETRANGE k 0')).toBe("(error) ERR wrong number of arguments for 'getrange' command")
    expect(run('GETRANGE k 0 1 2')).toBe("(error) ERR wrong number of arguments for 'getrange' command")
  })
})
