import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const NOT_INTEGER = '(error) ERR value is not an integer or out of range'

describe('LCS', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  beforeEach(() => {
    run('MSET a ohmytext b mynewtext')
    server.events()
  })

  it('returns the longest common subsequence', () => {
    expect(run('LCS a b')).toBe('mytext')
    expect(run('LCS a a')).toBe('ohmytext')
  })

  it('returns its length by LEN', () => {
    expect(run('LCS a b LEN')).toBe('(integer) 6')
    expect(run('LCS a b len LEN')).toBe('(integer) 6')
  })

  it('returns the ranges from the last to the first by IDX', () => {
    expect(run('LCS a b IDX')).toBe(
      '[matches, [[[(integer) 4, (integer) 7], [(integer) 5, (integer) 8]], ' +
        '[[(integer) 2, (integer) 3], [(integer) 0, (integer) 1]]], len, (integer) 6]',
    )
    expect(run('LCS a b IDX MINMATCHLEN 4 WITHMATCHLEN')).toBe(
      '[matches, [[[(integer) 4, (integer) 7], [(integer) 5, (integer) 8], (integer) 4]], len, (integer) 6]',
    )
  })

  it('leaves out all ranges shorter than MINMATCHLEN, a number of 64 bits', () => {
    for (const length of ['5', '2147483648', '4294967296', '9007199254740993', '9223372036854775807']) {
      expect(run(`LCS a b IDX MINMATCHLEN ${length}`), length).toBe('[matches, [], len, (integer) 6]')
    }
    const all = run('LCS a b IDX')
    for (const length of ['0', '-5', '-9223372036854775808']) {
      expect(run(`LCS a b IDX MINMATCHLEN ${length}`), length).toBe(all)
    }
    expect(run('LCS a b IDX MINMATCHLEN 9223372036854775808')).toBe(NOT_INTEGER)
    expect(run('LCS a b IDX MINMATCHLEN abc')).toBe(NOT_INTEGER)
  })

  it('is a map in RESP3', () => {
    server.client.session.resp = 3
    expect(server.client.raw('LCS', 'none', 'b', 'IDX')).toBe('%2\r\n$7\r\nmatches\r\n*0\r\n$3\r\nlen\r\n:0\r\n')
  })

  it('takes a missing key for an empty string, and a miss', () => {
    expect(server.client.raw('LCS', 'none', 'b')).toBe('$0\r\n\r\n')
    expect(run('LCS a none LEN')).toBe('(integer) 0')
    expect(server.events()).toEqual(['keymiss none 0', 'keymiss none 0'])
  })

  it('refuses a key that holds no string, before it reads the options', () => {
    server.putStream('s')
    expect(run('LCS a s')).toBe('(error) ERR The specified keys must contain string values')
    expect(run('LCS s a FOO')).toBe('(error) ERR The specified keys must contain string values')
  })

  it('refuses LEN together with IDX, and options that it does not have', () => {
    expect(run('LCS a b IDX LEN')).toBe('(error) ERR If you want both the length and indexes, please just use IDX.')
    expect(run('LCS a b FOO')).toBe('(error) ERR syntax error')
    expect(run('LCS a b IDX MINMATCHLEN')).toBe('(error) ERR syntax error')
  })

  it('refuses strings whose table would take Redis more than proto-max-bulk-len', () => {
    const refusal = '(error) ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len'
    server.engine.bulkBytesMax = 1024 * 1024
    server.client.raw('MSET', 'a', 'a'.repeat(511), 'b', 'a'.repeat(511), 'c', 'a'.repeat(512))
    expect(run('LCS a b LEN')).toBe('(integer) 511')
    for (const words of ['LEN', 'IDX', '']) expect(run(`LCS a c ${words}`)).toBe(refusal)
  })

  it('refuses any other number of arguments', () => {
    expect(run('LCS a')).toBe("(error) ERR wrong number of arguments for 'lcs' command")
  })
})
