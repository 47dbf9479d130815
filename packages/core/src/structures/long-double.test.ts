import { describe, expect, it } from 'vitest'
import { fromLatin1 } from './bytes.ts'
import { addLongDoubles, formatLongDouble, parseLongDouble } from './long-double.ts'

function parse(text: string): ReturnType<typeof parseLongDouble> {
  const bytes = fromLatin1(text)
  return parseLongDouble(bytes, 0, bytes.length)
}

/** The sum as Valkey 9.1 on x86-64 prints it. */
function sum(a: string, b: string): string {
  const x = parse(a)
  const y = parse(b)
  if (x === undefined || y === undefined) return 'no float'
  const result = addLongDoubles(x, y)
  return result === undefined || result.infinite ? 'not finite' : formatLongDouble(result)
}

describe('long doubles', () => {
  it('give the digits of the x86, with its errors in the last places', () => {
    // Golden values of Valkey 9.1.
    expect(sum('5010.6', '0.1')).toBe('5010.70000000000000018')
    expect(sum('5010.70000000000000018', '0.3')).toBe('5011')
    expect(sum('10.5', '0.1')).toBe('10.6')
    expect(sum('3', '1.1')).toBe('4.1')
    expect(sum('17179869184', '1.5')).toBe('17179869185.5')
    expect(sum('1', '-1.1')).toBe('-0.1')
    expect(sum('0', '1e22')).toBe('10000000000000000000000')
    expect(sum('9223372036854775807', '1')).toBe('9223372036854775808')
    expect(sum('18446744073709551615', '1')).toBe('18446744073709551616')
    expect(sum('18446744073709551616', '1')).toBe('18446744073709551616')
  })

  it('round to 17 digits behind the point, and show no negative zero', () => {
    expect(sum('0', '1e-17')).toBe('0.00000000000000001')
    expect(sum('0', '-1e-17')).toBe('-0.00000000000000001')
    expect(sum('0', '-1e-20')).toBe('0')
    expect(sum('-0', '-0')).toBe('0')
    expect(sum('0', '1e-4940')).toBe('0')
  })

  it('are read as by strtold', () => {
    for (const [text, value] of [
      ['.5', '0.5'],
      ['5.', '5'],
      ['+1', '1'],
      ['1E2', '100'],
      ['0x10', '16'],
      ['0X1.8P1', '3'],
      ['-0x.8', '-0.5'],
      ['0x1p-3', '0.125'],
    ] as const) {
      expect(sum(text, '0'), text).toBe(value)
    }
    for (const text of [
      '',
      ' 1',
      '1 ',
      'abc',
      '1e',
      '1e+',
      '.',
      '0x',
      '0x.p1',
      '1d',
      '1_000',
      'nan',
      'nan(1)',
      '1\0',
    ]) {
      expect(sum(text, '0'), text).toBe('no float')
    }
    expect(parse(`${'0'.repeat(5118)}1`)).toBeDefined()
    expect(parse(`${'0'.repeat(5119)}1`)).toBeUndefined()
  })

  it('end at their range', () => {
    expect(sum('1e4932', '0')).toMatch(/^100000000000000000000601894938796389132383777425453311477378504135253\d+$/)
    expect(sum('1e4933', '0')).toBe('no float')
    expect(sum('3.6e-4951', '0')).toBe('0')
    expect(sum('1e-4951', '0')).toBe('no float')
    expect(sum('1e-5000', '0')).toBe('no float')
    expect(sum('1e999999999999', '0')).toBe('no float')
    expect(sum('0e999999999999', '0')).toBe('0')
    expect(sum('0x1p99999999999', '0')).toBe('no float')
    expect(sum('1e4932', '1e4932')).toBe('not finite')
    expect(sum('inf', '1')).toBe('not finite')
    expect(sum('inf', '-infinity')).toBe('not finite')
  })
})
