import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const SIZES = [1, 10, 600]

describe('HRANDFIELD', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  const words = (line: string): string[] => run(line).slice(1, -1).split(', ')
  beforeEach(() => {
    server = startTestEngine()
  })

  function fill(size: number): void {
    run('DEL h')
    for (let i = 0; i < size; i++) run(`HSET h ${i} v${i}`)
  }

  it('meets every field of a hash, packed and large, about equally often', () => {
    for (const size of [10, 600]) {
      fill(size)
      const counts = new Map<string, number>()
      for (let i = 0; i < size * 200; i++) {
        const field = run('HRANDFIELD h')
        counts.set(field, (counts.get(field) ?? 0) + 1)
      }
      expect(counts.size).toBe(size)
      expect(Math.min(...counts.values())).toBeGreaterThan(60)
      expect(Math.max(...counts.values())).toBeLessThan(500)
    }
  })

  it('returns different fields for a count, as many as there are', () => {
    for (const size of SIZES) {
      fill(size)
      for (const count of [1, 2, 5, 9, 10, 100, 400, 599, 600, 1000]) {
        const fields = words(`HRANDFIELD h ${count}`)
        expect(fields.length).toBe(Math.min(count, size))
        expect(new Set(fields).size).toBe(fields.length)
        for (const field of fields) expect(Number(field)).toBeLessThan(size)
      }
    }
  })

  it('leaves no field out of the choice for a count', () => {
    for (const size of [10, 600]) {
      fill(size)
      for (const count of [3, Math.floor(size / 2), size - 1]) {
        const seen = new Set<string>()
        for (let i = 0; i < 8000 / count + 100; i++) for (const field of words(`HRANDFIELD h ${count}`)) seen.add(field)
        expect(seen.size).toBe(size)
      }
    }
  })

  it('returns as many as asked for, the same ones too, for a negative count', () => {
    for (const size of SIZES) {
      fill(size)
      const fields = words('HRANDFIELD h -2000')
      expect(fields.length).toBe(2000)
      expect(new Set(fields).size).toBeGreaterThan(size * 0.85)
    }
  })

  it('has values with their fields: flat in RESP2, pairs in RESP3', () => {
    fill(600)
    for (const count of [5, 500, 600, -50]) {
      const pairs = words(`HRANDFIELD h ${count} WITHVALUES`)
      expect(pairs.length).toBe(2 * Math.abs(count))
      for (let i = 0; i < pairs.length; i += 2) expect(pairs[i + 1]).toBe(`v${pairs[i]}`)
    }
    run('HELLO 3')
    fill(1)
    expect(server.client.raw('HRANDFIELD', 'h', '-2', 'WITHVALUES')).toBe(
      `*2\r\n${'*2\r\n$1\r\n0\r\n$2\r\nv0\r\n'.repeat(2)}`,
    )
    expect(server.client.raw('HRANDFIELD', 'missing')).toBe('_\r\n')
  })

  it('never returns an expired field', () => {
    server.engine.activeExpire = false
    for (const size of [10, 600]) {
      fill(size)
      const expiring = Array.from({ length: size - 1 }, (_, i) => i).join(' ')
      run(`HPEXPIRE h 1 FIELDS ${size - 1} ${expiring}`)
      server.clock.advance(1)
      expect(run('HRANDFIELD h')).toBe(`${size - 1}`)
      expect(run('HRANDFIELD h 5')).toBe(`[${size - 1}]`)
      expect(run('HRANDFIELD h -2')).toBe(`[${size - 1}, ${size - 1}]`)
      run(`HPEXPIRE h 1 FIELDS 1 ${size - 1}`)
      server.clock.advance(1)
      expect(run('HRANDFIELD h')).toBe('(nil)')
      expect(run('HRANDFIELD h 5')).toBe('[]')
      expect(run('HRANDFIELD h -5 WITHVALUES')).toBe('[]')
    }
  })

  it('answers for what is missing, other types, and counts beyond all bounds', () => {
    expect(run('HRANDFIELD missing')).toBe('(nil)')
    expect(run('HRANDFIELD missing 3')).toBe('[]')
    fill(2)
    expect(run('HRANDFIELD h 0 WITHVALUES')).toBe('[]')
    expect(run('HRANDFIELD h x FOO')).toBe('(error) ERR value is not an integer or out of range')
    expect(run('HRANDFIELD h 1 FOO')).toBe('(error) ERR syntax error')
    expect(run('HRANDFIELD h 1 WITHVALUES FOO')).toBe('(error) ERR syntax error')
    expect(words('HRANDFIELD h 9223372036854775807').length).toBe(2)
    expect(run('HRANDFIELD h 9223372036854775808')).toBe('(error) ERR value is not an integer or out of range')
    expect(run('HRANDFIELD missing -9223372036854775807')).toBe('[]')
    expect(run('HRANDFIELD missing -9223372036854775808')).toBe(
      '(error) ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807',
    )
    for (const count of ['9223372036854775807', '4611686018427387904', '-4611686018427387904']) {
      expect(run(`HRANDFIELD h ${count} WITHVALUES`)).toBe('(error) ERR value is out of range')
    }
    expect(words('HRANDFIELD h 4611686018427387903 WITHVALUES').length).toBe(4)
    run('SET s v')
    expect(run('HRANDFIELD s')).toMatch(/^\(error\) WRONGTYPE/)
    expect(run('HRANDFIELD s 1')).toMatch(/^\(error\) WRONGTYPE/)
  })
})
