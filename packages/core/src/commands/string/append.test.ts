import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'

describe('APPEND', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('creates the key, then adds to its value, and returns the length', () => {
    expect(run('APPEND k abc')).toBe('(integer) 3')
    expect(run('APPEND k def')).toBe('(integer) 6')
    expect(run('GET k')).toBe('abcdef')
    expect(server.events()).toEqual(['append k 0', 'append k 0'])
  })

  it('creates an empty string, and changes a key by nothing', () => {
    expect(server.client.raw('APPEND', 'k', '')).toBe(':0\r\n')
    expect(server.client.raw('APPEND', 'k', '')).toBe(':0\r\n')
    expect(run('EXISTS k')).toBe('(integer) 1')
    expect(server.events()).toEqual(['append k 0', 'append k 0'])
  })

  it('makes the value raw, though a new one may be a number', () => {
    run('APPEND k 12')
    expect(run('OBJECT ENCODING k')).toBe('int')
    run('APPEND k 3')
    expect(run('OBJECT ENCODING k')).toBe('raw')
  })

  it('keeps the time to live', () => {
    run('SET k v EX 100')
    run('APPEND k w')
    expect(run('TTL k')).toBe('(integer) 100')
  })

  it('goes on when the string outgrows its block, and its buffer', () => {
    const part = '0123456789'.repeat(700)
    for (let i = 1; i <= 40; i++) expect(server.client.raw('APPEND', 'k', part)).toBe(`:${7000 * i}\r\n`)
    expect(run('GET k')).toBe(part.repeat(40))
    expect(run('SET k v')).toBe('OK')
    expect(run('APPEND k w')).toBe('(integer) 2')
  })

  it('refuses to exceed proto-max-bulk-len', () => {
    server.engine.bulkBytesMax = 10
    run('SET k 123456789')
    expect(run('APPEND k 0')).toBe('(integer) 10')
    expect(run('APPEND k x')).toBe('(error) ERR string exceeds maximum allowed size (proto-max-bulk-len)')
    expect(run('STRLEN k')).toBe('(integer) 10')
    expect(server.client.raw('APPEND', 'k', '')).toBe(':10\r\n')
  })

  it('refuses a key that holds no string', () => {
    server.putStream('s')
    expect(run('APPEND s x')).toBe(WRONG_TYPE)
    expect(server.events()).toEqual([])
  })

  it('refuses any other number of arguments', () => {
    expect(run('APPEND k')).toBe("(error) ERR wrong number of arguments for 'append' command")
    expect(run('APPEND k a b')).toBe("(error) ERR wrong number of arguments for 'append' command")
  })
})
