import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

describe('HINCRBY', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('counts from 0, and creates key and field', () => {
    expect(run('HINCRBY h a 5')).toBe('(integer) 5')
    expect(run('HINCRBY h a -7')).toBe('(integer) -2')
    expect(run('HGETALL h')).toBe('[a, -2]')
    expect(server.events()).toEqual(['hincrby h 0', 'hincrby h 0'])
    run(`HSET h long ${'x'.repeat(100)}`)
    expect(run('HINCRBY h a 4294967296')).toBe('(integer) 4294967294')
  })

  it('counts to the ends of 64 bits and not beyond', () => {
    expect(run('HINCRBY h a 9007199254740993')).toBe('(integer) 9007199254740993')
    expect(run('HINCRBY h a 1')).toBe('(integer) 9007199254740994')
    run('HSET h a 9223372036854775806')
    expect(run('HINCRBY h a 1')).toBe('(integer) 9223372036854775807')
    expect(run('HINCRBY h a 1')).toBe('(error) ERR increment or decrement would overflow')
    expect(run('HINCRBY h b -9223372036854775808')).toBe('(integer) -9223372036854775808')
    expect(run('HINCRBY h b -1')).toBe('(error) ERR increment or decrement would overflow')
    expect(run('HINCRBY h b 9223372036854775808')).toBe('(error) ERR value is not an integer or out of range')
    expect(run('HGET h a')).toBe('9223372036854775807')
  })

  it('refuses what is no number, and other types', () => {
    server.client.raw('HSET', 'h', 'text', 'foo', 'blank', ' 1', 'empty', '', 'float', '1.5')
    for (const field of ['text', 'blank', 'empty', 'float']) {
      expect(run(`HINCRBY h ${field} 1`)).toBe('(error) ERR hash value is not an integer')
    }
    expect(run('HINCRBY h a 1.5')).toBe('(error) ERR value is not an integer or out of range')
    expect(run('HINCRBY h a')).toBe("(error) ERR wrong number of arguments for 'hincrby' command")
    run('SET s v')
    expect(run('HINCRBY s a x')).toBe('(error) ERR value is not an integer or out of range')
    expect(run('HINCRBY s a 1')).toMatch(/^\(error\) WRONGTYPE/)
  })

  it('counts from 0 again when the field has expired', () => {
    server.engine.activeExpire = false
    run('HSETEX h PX 10 FIELDS 1 a 5')
    server.clock.advance(10)
    server.events()
    expect(run('HINCRBY h a 1')).toBe('(integer) 1')
    expect(server.events()).toEqual(['hexpired h 0', 'hincrby h 0'])
    expect(run('HTTL h FIELDS 1 a')).toBe('[(integer) -1]')
  })
})
