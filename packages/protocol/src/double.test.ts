import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DOUBLE_BYTES_MAX, formatDouble, writeDouble } from './double.ts'

// Observed: what ZSCORE of Valkey 9.1.2 answers in RESP3 to a client that added this score. Lines are only added.
const printed: [value: number, text: string][] = [
  [0, '0'],
  [1, '1'],
  [-1, '-1'],
  [100, '100'],
  [1e10, '10000000000'],
  [0.1, '0.1'],
  [1.5, '1.5'],
  [123.456, '123.456'],
  [0.1 + 0.2, '0.30000000000000004'],
  [1 / 3, '0.3333333333333333'],
  // The change to an exponent: below 1 by the number of digits,
  [0.01, '0.01'],
  [0.001, '0.001'],
  [0.0001, '0.0001'],
  [0.00001, '0.00001'],
  [0.000001, '0.000001'],
  [-0.00001, '-0.00001'],
  [1e-7, '1e-7'],
  [1e-8, '1e-8'],
  [9.5e-7, '9.5e-7'],
  [0.00012, '0.00012'],
  [0.000123, '0.000123'],
  [0.0001234, '1.234e-4'],
  [0.00001234, '1.234e-5'],
  [0.000001234, '1.234e-6'],
  [0.001234567, '0.001234567'],
  [0.0012345678, '0.0012345678'],
  [0.01234567890123456, '0.01234567890123456'],
  // above 1 by the number of digits behind the point,
  [999.9999999, '999.9999999'],
  [9999.9999999, '9999.9999999'],
  [12345.678901, '12345.678901'],
  [123456.7, '123456.7'],
  [1234567.8, '1234567.8'],
  [1234567.891, '1234567.891'],
  [1207216.215245383, '1.207216215245383e+6'],
  [1024897257.4828961, '1.0248972574828961e+9'],
  // and for whole numbers beyond 2^62 by the number of zeros.
  [1e15, '1000000000000000'],
  [1e17, '100000000000000000'],
  [1e18, '1000000000000000000'],
  [1e19, '1e+19'],
  [1e20, '1e+20'],
  [1e21, '1e+21'],
  [1e22, '1e+22'],
  [1e24, '1e+24'],
  [12345678e18, '1.2345678e+25'],
  [123456789e19, '1.23456789e+27'],
  [123456789012345680000, '123456789012345680000'],
  [1.5e300, '1.5e+300'],
  [1e100, '1e+100'],
  // Up to 2^62 whole numbers have all their digits.
  [2 ** 53 - 1, '9007199254740991'],
  [2 ** 53, '9007199254740992'],
  [2 ** 53 + 2, '9007199254740994'],
  [11000000000000000, '11000000000000000'],
  [99999999999999980, '99999999999999984'],
  [1256941017565010400, '1256941017565010432'],
  [2 ** 62, '4611686018427387904'],
  [-(2 ** 62), '-4611686018427387904'],
  [2 ** 62 + 1024, '4611686018427389000'],
  [-(2 ** 62) - 1024, '-4611686018427389000'],
  [2 ** 63 - 1024, '9223372036854775000'],
  [2 ** 63, '9223372036854776000'],
  [-(2 ** 63), '-9223372036854776000'],
  [2 ** 64, '18446744073709552000'],
  // Ends of the range.
  [Number.MAX_VALUE, '1.7976931348623157e+308'],
  [2.2250738585072014e-308, '2.2250738585072014e-308'],
  [2.225073858507201e-308, '2.225073858507201e-308'],
  [1e-323, '1e-323'],
  [5e-324, '5e-324'],
  // Digits that are not the shortest, or not the nearest.
  [1e23, '99999999999999990000000'],
  [-3.811487031994599e126, '-3.8114870319945993e+126'],
  [5.285687564632751e306, '5.2856875646327513e+306'],
  [-1424911756541060.8, '-1424911756541060.7'],
  [3.8085000225673883e-265, '3.8085000225673884e-265'],
  [2.188120236179146e-155, '2.1881202361791462e-155'],
  [5.3056163876209445e231, '5.3056163876209446e+231'],
  [-3.82131399864816e-56, '-3.8213139986481598e-56'],
  [-87.46414184570312, '-87.46414184570313'],
  [-0.019403457641601562, '-0.019403457641601563'],
  [-101071596145629.88, '-101071596145629.87'],
  [53215.96264839172, '5.3215962648391724e+4'],
  [8442233800.888062, '8.4422338008880615e+9'],
]

describe('a double', () => {
  it('is printed as Valkey prints it', () => {
    for (const [value, text] of printed) expect(formatDouble(value)).toBe(text)
  })

  it('is inf, -inf or nan when it is no number', () => {
    expect([Infinity, -Infinity, Number.NaN].map(formatDouble)).toEqual(['inf', '-inf', 'nan'])
  })

  it('keeps the sign of zero', () => {
    expect([0, -0].map(formatDouble)).toEqual(['0', '-0'])
  })

  it('reads back equal', () => {
    const readsBack = (value: number) => {
      expect(Number(formatDouble(value))).toBe(value)
    }
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), readsBack), { numRuns: 20_000 })
    for (let exponent = -1074; exponent <= 1023; exponent++) {
      readsBack(2 ** exponent)
      readsBack(-(2 ** exponent) * (1 - 2 ** -53))
    }
  })

  it('is the same as JavaScript prints when it is a whole number within 2^53', () => {
    const same = (value: number) => {
      expect(formatDouble(value)).toBe(String(value))
    }
    fc.assert(fc.property(fc.maxSafeInteger(), same))
  })

  it('is written into a buffer byte for byte, within the room that it asks for', () => {
    const written = (value: number) => {
      const buf = new Uint8Array(5 + DOUBLE_BYTES_MAX + 5).fill(1)
      const end = writeDouble(buf, 5, value)
      expect(end).toBeLessThanOrEqual(5 + DOUBLE_BYTES_MAX)
      expect([buf[4], buf[end]]).toEqual([1, 1])
      expect(String.fromCharCode(...buf.subarray(5, end))).toBe(formatDouble(value))
    }
    for (const [value] of printed) written(value)
    fc.assert(fc.property(fc.double(), written), { numRuns: 5000 })
  })
})
