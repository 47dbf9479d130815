import { describe, expect, it } from 'vitest'
import { seeded } from './_test-random.ts'
import { fromLatin1 } from './bytes.ts'
import { formatSeventeenDigits, parseDecimal, parseScore } from './double.ts'

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

// Observed: what ZSCAN of Valkey 9.1.2 answers for a skip list. Lines are only added.
const printed: readonly (readonly [number, string])[] = [
  [0.1, '0.10000000000000001'],
  [-68.89, '-68.890000000000001'],
  [-0, '-0'],
  [Infinity, 'inf'],
  [-Infinity, '-inf'],
  [100, '100'],
  [12345678.5, '12345678.5'],
  [123456789.12345679, '123456789.12345679'],
  [9007199254740992, '9007199254740992'],
  [1e16, '10000000000000000'],
  [1e17, '1e+17'],
  [123456789012345680, '1.2345678901234568e+17'],
  [2 ** 62, '4.6116860184273879e+18'],
  [1e300, '1.0000000000000001e+300'],
  [Number.MAX_VALUE, '1.7976931348623157e+308'],
  [0.0001, '0.0001'],
  [0.00001, '1.0000000000000001e-05'],
  [1e-7, '9.9999999999999995e-08'],
  [1e-10, '1e-10'],
  [2.2250738585072014e-308, '2.2250738585072014e-308'],
  [5e-324, '4.9406564584124654e-324'],
]

describe('a double with seventeen digits', () => {
  it('is what C prints', () => {
    for (const [value, text] of printed) expect(formatSeventeenDigits(value)).toBe(text)
  })

  it('has an even last digit when it lies between two', () => {
    // 2^-17 more than 1, 3, 5 and 7 times.
    const halves = [131073, 131075, 131077, 131079].map((n) => formatSeventeenDigits(n / 2 ** 17))
    expect(halves).toEqual(['1.0000076293945312', '1.0000228881835938', '1.0000381469726562', '1.0000534057617188'])
  })

  it('reads back equal', () => {
    const random = seeded(7)
    const view = new DataView(new ArrayBuffer(8))
    for (let i = 0; i < 50_000; i++) {
      view.setUint32(0, random.next())
      view.setUint32(4, random.next())
      const value = i % 2 === 0 ? view.getFloat64(0) : random.below(2 ** 53) / 2 ** random.below(70)
      if (Number.isFinite(value) && Number(formatSeventeenDigits(value)) !== value) expect(value).toBe('equal')
    }
  })
})
