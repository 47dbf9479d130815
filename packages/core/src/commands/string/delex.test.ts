import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const HELLO = '9555e8555c62dcfd'
const ZEROS = '0'.repeat(16)

describe('DELEX', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('deletes without a condition a key of any type', () => {
    expect(run('DELEX k')).toBe('(integer) 0')
    run('SET k v')
    server.putStream('s')
    server.events()
    expect(run('DELEX k')).toBe('(integer) 1')
    expect(run('DELEX s')).toBe('(integer) 1')
    expect(server.events()).toEqual(['del k 0', 'del s 0'])
    expect(server.engine.db(0).size).toBe(0)
  })

  it.each([
    ['IFEQ hello', 'IFEQ Hello'],
    ['ifne Hello', 'IFNE hello'],
    [`IFDEQ ${HELLO}`, `IFDEQ ${ZEROS}`],
    [`IFDEQ ${HELLO.toUpperCase()}`, `IFDNE ${HELLO.toUpperCase()}`],
    [`IFDNE ${ZEROS}`, `IFDNE ${HELLO}`],
  ])('deletes under %s a key that holds "hello", but not under %s', (met, notMet) => {
    run('SET k hello')
    server.events()
    expect(run(`DELEX k ${notMet}`)).toBe('(integer) 0')
    expect(run('GET k')).toBe('hello')
    expect(run(`DELEX k ${met}`)).toBe('(integer) 1')
    expect(server.events()).toEqual(['del k 0'])
    expect(run('EXISTS k')).toBe('(integer) 0')
  })

  it('compares bytes, not numbers', () => {
    run('SET k 0123')
    expect(run('DELEX k IFEQ 123')).toBe('(integer) 0')
    expect(run('DELEX k IFNE 123')).toBe('(integer) 1')
    server.client.raw('SET', 'k', '')
    expect(server.client.raw('DELEX', 'k', 'IFEQ', '')).toBe(':1\r\n')
  })

  it('reads no condition for a missing key', () => {
    for (const condition of ['IFEQ', 'IFNE', 'IFDEQ', 'IFDNE', 'FOO']) {
      expect(run(`DELEX none ${condition} x`), condition).toBe('(integer) 0')
    }
    expect(server.events()).toEqual([])
  })

  it('refuses under a condition a key that holds no string', () => {
    server.putStream('s')
    for (const condition of ['IFEQ', 'IFNE', 'IFDEQ', 'IFDNE', 'FOO']) {
      expect(run(`DELEX s ${condition} x`), condition).toBe(
        '(error) ERR Key should be of string type if conditions are specified',
      )
    }
    expect(run('EXISTS s')).toBe('(integer) 1')
  })

  it('refuses a digest of any other length than 16, but takes what is no number for another one', () => {
    run('SET k hello')
    for (const condition of ['IFDEQ', 'IFDNE']) {
      for (const digest of ['', HELLO.slice(1), `0${HELLO}`]) {
        expect(server.client.raw('DELEX', 'k', condition, digest)).toBe(
          '-ERR must be exactly 16 hexadecimal characters\r\n',
        )
      }
    }
    expect(run(`DELEX k IFDEQ ${'z'.repeat(16)}`)).toBe('(integer) 0')
    expect(run(`DELEX k IFDNE ${'z'.repeat(16)}`)).toBe('(integer) 1')
  })

  it('refuses a condition that it does not have', () => {
    run('SET k hello')
    for (const word of ['FOO', 'IF', 'EQ', 'NX']) {
      expect(run(`DELEX k ${word} hello`)).toBe('(error) ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE')
    }
  })

  it('wants one condition at most, whether the key exists or not', () => {
    run('SET k hello')
    for (const line of ['DELEX', 'DELEX k IFEQ', 'DELEX none IFEQ', 'DELEX k IFEQ a b', 'DELEX k IFEQ a IFNE b']) {
      expect(run(line), line).toBe("(error) ERR wrong number of arguments for 'delex' command")
    }
  })
})
