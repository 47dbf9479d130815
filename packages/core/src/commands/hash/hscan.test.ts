import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

describe('HSCAN', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  /** Every field that a whole walk answers with, and how many calls it took. */
  function walk(options: string, change: (call: number) => void = () => {}): { fields: string[]; calls: number } {
    const fields: string[] = []
    let cursor = '0'
    let calls = 0
    do {
      const [next, ...words] = run(`HSCAN h ${cursor} ${options}`).replaceAll(/[[\]]/g, '').split(', ')
      cursor = next
      fields.push(...words.filter((word) => word !== ''))
      change(calls++)
    } while (cursor !== '0')
    return { fields, calls }
  }

  it('answers with all of a small hash at once', () => {
    for (let i = 0; i < 100; i++) run(`HSET h f${i} ${i}`)
    const { fields, calls } = walk('COUNT 1')
    expect(calls).toBe(1)
    expect(fields.length).toBe(200)
    expect(fields.slice(0, 4)).toEqual(['f0', '0', 'f1', '1'])
    for (let i = 100; i < 512; i++) run(`HSET h f${i} ${'x'.repeat(60)}`)
    expect(run('OBJECT ENCODING h')).toBe('listpack')
    expect(walk('COUNT 1').fields.length).toBe(1024)
  })

  it('walks through a large one a few at a time, and meets what is there all the while', () => {
    for (let i = 0; i < 2000; i++) run(`HSET h f${i} v`)
    const { fields, calls } = walk('COUNT 50 NOVALUES', (call) => {
      run(`HSET h new${call} v`)
      run(`HDEL h new${call - 1}`)
    })
    expect(calls).toBeGreaterThan(20)
    expect(calls).toBeLessThan(60)
    const seen = new Set(fields.filter((field) => field.startsWith('f')))
    expect(seen.size).toBe(2000)
  })

  it('heeds MATCH and NOVALUES, and does not answer with expired fields', () => {
    run('HSET h a1 1 a2 2 b 3 100 4')
    expect(run('HSCAN h 0 MATCH a*')).toBe('[0, [a1, 1, a2, 2]]')
    expect(run('HSCAN h 0 MATCH 1?0')).toBe('[0, [100, 4]]')
    expect(run('HSCAN h 0 NOVALUES MATCH *')).toBe('[0, [a1, a2, b, 100]]')
    server.engine.activeExpire = false
    run('HPEXPIRE h 1 FIELDS 3 a1 b 100')
    server.clock.advance(1)
    expect(walk('').fields).toEqual(['a2', '2'])
  })

  it('answers for what is missing, other types and wrong words', () => {
    expect(run('HSCAN missing 0')).toBe('[0, []]')
    expect(run('HSCAN missing 0 COUNT 0 FOO')).toBe('[0, []]')
    expect(run('HSCAN missing x')).toBe('(error) ERR invalid cursor')
    run('HSET h a 1')
    run('SET s v')
    expect(run('HSCAN s 0 COUNT 0')).toMatch(/^\(error\) WRONGTYPE/)
    expect(run('HSCAN s 0')).toMatch(/^\(error\) WRONGTYPE/)
    expect(run('HSCAN s x')).toBe('(error) ERR invalid cursor')
    expect(run('HSCAN h 18446744073709551616')).toBe('(error) ERR invalid cursor')
    expect(run('HSCAN h 18446744073709551615')).toBe('[0, [a, 1]]')
    expect(run('HSCAN h 0 COUNT 0')).toBe('(error) ERR syntax error')
    expect(run('HSCAN h 0 COUNT x')).toBe('(error) ERR value is not an integer or out of range')
    expect(run('HSCAN h 0 COUNT 9223372036854775807')).toBe('[0, [a, 1]]')
    expect(run('HSCAN h 0 FOO')).toBe('(error) ERR syntax error')
    expect(run('HSCAN h')).toBe("(error) ERR wrong number of arguments for 'hscan' command")
  })
})
