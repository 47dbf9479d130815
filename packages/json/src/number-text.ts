/**
 * Numbers as texts. An integer stays one while it is within -2^63 to 2^64 - 1; everything else is a double, written in
 * the shortest form that gives it back: 1.0, 0.00001, 1e16, 1.5e-7. (The forms are those of Rust's ryu, which RedisJSON
 * prints with: plain from 1e-5 up to 1e16, and always with a point or an exponent.)
 */

const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n
const UINT64_MAX = 2n ** 64n - 1n
/** Digits that a safe integer never exceeds. */
const SAFE_DIGITS = 15

export function isInteger64(value: bigint): boolean {
  return value >= INT64_MIN && value <= UINT64_MAX
}

/** Whether an integer of the protocol can say it: those have a sign. */
export function isReplyInteger(value: bigint): boolean {
  return value <= INT64_MAX
}

/** The text of a finite double. */
export function formatDouble(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const [mantissa, exponentText] = Math.abs(value).toExponential().split('e')
  const digits = mantissa.replace('.', '')
  // The decimal point stands behind this many of the digits.
  const point = Number(exponentText) + 1
  const sign = value < 0 ? '-' : ''
  if (digits.length <= point && point <= 16) return `${sign}${digits}${'0'.repeat(point - digits.length)}.0`
  if (point > 0 && point <= 16) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
  if (point > -5 && point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ''
  return `${sign}${digits[0]}${fraction}e${point - 1}`
}

/** A number in hand: whole within 64 bits, or a double. */
export type NumberValue = bigint | number

/** The text of a number, or undefined for one that is not finite. */
export function formatNumber(value: NumberValue): string | undefined {
  if (typeof value === 'bigint') return isInteger64(value) ? String(value) : formatDouble(Number(value))
  return Number.isFinite(value) ? formatDouble(value) : undefined
}

const INTEGER = /^-?(0|[1-9][0-9]*)$/
const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/

/** The number that a text of JSON is: bigint or double; undefined for no number, or one too large. */
export function parseNumber(text: string): NumberValue | undefined {
  if (INTEGER.test(text) && text !== '-0') {
    const value = text.length > 40 ? undefined : BigInt(text)
    if (value !== undefined && isInteger64(value)) return value
  } else if (!NUMBER.test(text)) return undefined
  const double = Number(text)
  return Number.isFinite(double) ? double : undefined
}

/** Compares texts of two integers. */
export function compareIntegerTexts(a: string, b: string): number {
  if (a.length <= SAFE_DIGITS && b.length <= SAFE_DIGITS) return Number(a) - Number(b)
  const difference = BigInt(a) - BigInt(b)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** Whether a fraction has a digit that is not zero among its first five: then it is written without an exponent. */
export function hasEarlyDigit(src: Uint8Array, start: number, end: number): boolean {
  const stop = Math.min(end, start + 5)
  for (let i = start; i < stop; i++) if (src[i] !== 48) return true
  // All zeros: 0.0
  for (let i = stop; i < end; i++) if (src[i] !== 48) return false
  return true
}
