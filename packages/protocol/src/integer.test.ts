import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { integerLength, writeInteger } from './integer.ts'

function written(value: number): string {
  const buf = new Uint8Array(30).fill(1)
  const end = writeInteger(buf, 3, value)
  expect([buf[2], buf[end]]).toEqual([1, 1])
  return String.fromCharCode(...buf.subarray(3, end))
}

describe('a whole number', () => {
  it('is written in decimal on both sides of every power of ten and of two', () => {
    const values = [0]
    for (let i = 0; i <= 15; i++) values.push(10 ** i - 1, 10 ** i, 10 ** i + 1)
    for (let i = 0; i < 53; i++) values.push(2 ** i - 1, 2 ** i, 2 ** i + 1)
    values.push(Number.MAX_SAFE_INTEGER)
    for (const value of values) {
      expect(written(value)).toBe(String(value))
      expect(integerLength(value)).toBe(String(value).length)
      if (value === 0) continue
      expect(written(-value)).toBe(String(-value))
      expect(integerLength(-value)).toBe(String(-value).length)
    }
  })

  it('is written without a sign when it is -0', () => {
    expect(written(-0)).toBe('0')
    expect(integerLength(-0)).toBe(1)
  })

  it('is written in decimal, any within 2^53', () => {
    const same = (value: number) => {
      expect(written(value)).toBe(String(value))
    }
    fc.assert(fc.property(fc.maxSafeInteger(), same))
  })
})
