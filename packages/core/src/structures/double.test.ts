import { describe, expect, it } from 'vitest'
import { seeded } from './_test-random.ts'
import { fromLatin1 } from './bytes.ts'
import { parseDecimal, parseScore } from './double.ts'

const decimal = (text: string): number => parseDecimal(fromLatin1(text), 0, text.length)
const score = (text: string): number => parseScore(fromLatin1(text), 0, text.length)

describe('a decimal', () => {
  it('is the nearest double, however it is written', () => {
    const random = seeded(1)
    for (let i = 0; i < 50_000; i++) {
      const digits = String(random.below(2 ** 31)) + (i % 3 === 0 ? String(random.below(2 ** 31)) : '')
      const at = random.below(digits.length + 1)
      const text = `${['', '-', '+'][i % 3]}${digits.slice(0, at)}.${digits.slice(at)}${i % 7 === 0 ? 'e-5' : ''}`
      if (decimal(text) !== Number(text)) expect(text).toBe('equal')
    }
    expect(['1', '-1.', '.5', '00012', '1e5', '-1E+2'].map(decimal)).toEqual([1, -1, 0.5, 12, 1e5, -100])
    expect(Object.is(decimal('-0'), -0)).toBe(true)
  })

  it('may be infinite or too large, but nothing else', () => {
    expect(['inf', '+INF', '-Infinity', '1e400', '1e-400'].map(decimal)).toEqual([
      Infinity,
      Infinity,
      -Infinity,
      Infinity,
      0,
    ])
    for (const text of ['', '+', '-', '.', '-.', '1e', ' 1', '1 ', '0x10', 'nan', '1_0', 'infin', '1..2', '--1']) {
      expect([text, decimal(text), score(text)]).toEqual([text, Number.NaN, Number.NaN])
    }
  })

  it('may have any number of digits, and is read in time linear in them', () => {
    expect(score(BigInt(Number.MAX_VALUE).toString() + '.'.padEnd(400, '0'))).toBe(Number.MAX_VALUE)
    expect(decimal(`1.${'0'.repeat(100_000)}`)).toBe(1)
    const startedMs = performance.now()
    expect(decimal(`${'1'.repeat(200_000)}x`)).toBe(Number.NaN)
    expect(performance.now() - startedMs).toBeLessThan(2000)
  })

  it('that is to be kept is not too large or too small', () => {
    expect(['1e400', '-1e400', '1e-400'].map(score)).toEqual([Number.NaN, Number.NaN, Number.NaN])
    expect(['inf', '-inf', '0', '-0.0e9', '1e308'].map(score)).toEqual([Infinity, -Infinity, 0, -0, 1e308])
  })
})
