import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'

describe('HSET', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('creates the hash, adds and overwrites fields, and counts the new ones', () => {
    expect(run('HSET h a 1 b 2')).toBe('(integer) 2')
    expect(run('HSET h b 3 c 4 c 5')).toBe('(integer) 1')
    expect(run('HGETALL h')).toBe('[a, 1, b, 3, c, 5]')
    expect(run('TYPE h')).toBe('hash')
    expect(server.events()).toEqual(['hset h 0', 'hset h 0'])
  })

  it('becomes large when there are many fields, or a long one, and keeps all of them', () => {
    for (let i = 0; i < 512; i++) run(`HSET h field:${i} value:${i * i}`)
    expect(run('OBJECT ENCODING h')).toBe('listpack')
    run('HSET h field:0 other')
    expect(run('OBJECT ENCODING h')).toBe('listpack')
    run('HSET h field:512 x')
    expect(run('OBJECT ENCODING h')).toBe('hashtable')
    for (let i = 1; i < 512; i++) expect(run(`HGET h field:${i}`)).toBe(`value:${i * i}`)
    expect(run(`HSET long f ${'x'.repeat(64)}`)).toBe('(integer) 1')
    expect(run('OBJECT ENCODING long')).toBe('listpack')
    expect(run(`HSET long f ${'x'.repeat(65)}`)).toBe('(integer) 0')
    expect(run('OBJECT ENCODING long')).toBe('hashtable')
    expect(run('HGET long f')).toBe('x'.repeat(65))
  })

  it('is large from the beginning when told of many fields, and when the limit was lowered since', () => {
    run('CONFIG SET hash-max-listpack-entries 2')
    run('HSET twice f 1 f 2 f 3')
    expect(run('OBJECT ENCODING twice')).toBe('hashtable')
    expect(run('HGETALL twice')).toBe('[f, 3]')
    run('HSET h a 1 b 2')
    run('CONFIG SET hash-max-listpack-entries 1')
    expect(run('HSETNX h a 5')).toBe('(integer) 0')
    expect(run('OBJECT ENCODING h')).toBe('listpack')
    expect(run('HSET h a 3')).toBe('(integer) 0')
    expect(run('OBJECT ENCODING h')).toBe('hashtable')
    expect(run('HMGET h a b')).toBe('[3, 2]')
  })

  it('keeps numbers, empty strings and the time to live', () => {
    run('HSET h 1 -5')
    run('EXPIRE h 100')
    expect(server.client.raw('HSET', 'h', '', '')).toBe(':1\r\n')
    expect(run('HSET h big 9223372036854775807')).toBe('(integer) 1')
    expect(run('HGETALL h')).toBe('[1, -5, , , big, 9223372036854775807]')
    expect(run('TTL h')).toBe('(integer) 100')
  })

  it('refuses half a pair, and a key of another type, without a change', () => {
    expect(run('HSET h a 1 b')).toBe("(error) ERR wrong number of arguments for 'hset' command")
    expect(run('HSET h a')).toBe("(error) ERR wrong number of arguments for 'hset' command")
    run('SET s v')
    server.events()
    expect(run('HSET s a 1')).toBe(WRONG_TYPE)
    expect(run('HGET s a')).toBe(WRONG_TYPE)
    expect(run('HDEL s a')).toBe(WRONG_TYPE)
    expect(run('HGETALL s')).toBe(WRONG_TYPE)
    expect(server.events()).toEqual([])
  })
})
