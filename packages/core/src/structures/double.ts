/** Floating-point numbers as text in byte buffers. */

import { latin1 } from './bytes.ts'

/** Linear in the text: no digit can belong to either of two parts. */
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i
const HEXADECIMAL = /^([+-]?)0x([0-9a-f]*)(?:\.([0-9a-f]*))?(?:p([+-]?\d+))?$/i
const INFINITE = /^([+-]?)inf(?:inity)?$/i
const LENGTH_MAX = 256
/** Valkey has no limit here; this one is beyond all digits that a double can have, and below the longest string. */
const DECIMAL_LENGTH_MAX = 2 ** 20

/**
 * A double as C's strtod reads it, without blanks around it: decimal, exponent, hexadecimal, `inf`, `infinity`.
 * @returns NaN for anything else, and for `nan`
 */
export function parseDouble(buf: Uint8Array, start: number, length: number): number {
  if (length === 0 || length > LENGTH_MAX) return Number.NaN
  const text = latin1(buf, start, length)
  if (DECIMAL.test(text)) return Number(text)
  const infinite = INFINITE.exec(text)
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity
  const hex = HEXADECIMAL.exec(text)
  if (hex === null) return Number.NaN
  const [, sign, whole, fraction = '', exponent = '0'] = hex
  if (whole + fraction === '') return Number.NaN
  let value = 0
  for (const digit of whole + fraction) value = value * 16 + Number.parseInt(digit, 16)
  value *= 2 ** (Number(exponent) - 4 * fraction.length)
  return sign === '-' ? -value : value
}

const SIGNIFICANT_DIGITS = 17
/** Enough digits to tell whether a double lies exactly between two numbers of SIGNIFICANT_DIGITS. */
const TIE_DIGITS = 60

/** A double as C's `%.17g` prints it: digits enough for any, more than the shortest ones, without zeros at the end. */
export function formatSeventeenDigits(value: number): string {
  if (Object.is(value, -0)) return '-0'
  if (Number.isSafeInteger(value)) return String(value)
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  const [digits, power] = halfToEven(value).split('e')
  const exponent = Number(power)
  if (exponent < -4 || exponent >= SIGNIFICANT_DIGITS) {
    const magnitude = String(Math.abs(exponent)).padStart(2, '0')
    return `${withoutZeros(digits)}e${exponent < 0 ? '-' : '+'}${magnitude}`
  }
  const sign = value < 0 ? '-' : ''
  const all = digits.replace(/[-.]/g, '')
  if (exponent < 0) return withoutZeros(`${sign}0.${'0'.repeat(-exponent - 1)}${all}`)
  return withoutZeros(`${sign}${all.slice(0, exponent + 1)}.${all.slice(exponent + 1)}`)
}

/** SIGNIFICANT_DIGITS digits and an exponent. JavaScript rounds what lies between two of them up, C to the even one. */
function halfToEven(value: number): string {
  const rounded = value.toExponential(SIGNIFICANT_DIGITS - 1)
  if (!/^-?\d\.\d{16}50*e/.test(value.toExponential(TIE_DIGITS))) return rounded
  return /[13579]e/.test(rounded) ? value.toExponential(TIE_DIGITS).replace(/50*e/, 'e') : rounded
}

function withoutZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0*$/, '') : digits
}

/** Digits that a double holds exactly, and the powers of ten that it does. */
const EXACT_DIGITS_MAX = 15
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

/**
 * A double in decimal, or `inf` and `infinity` with or without a sign: what Valkey 9 takes for a score, a weight or a
 * coordinate. A value too large or too small becomes an infinity or zero.
 * @returns NaN for anything else
 */
export function parseDecimal(buf: Uint8Array, start: number, length: number): number {
  const end = start + length
  let i = start
  const isNegative = length > 0 && buf[i] === 45
  if (isNegative || (length > 0 && buf[i] === 43)) i++
  const digitsStart = i
  let value = 0
  let point = -1
  for (; i < end; i++) {
    const digit = buf[i] - 48
    if (digit >= 0 && digit <= 9) value = value * 10 + digit
    else if (buf[i] === 46 && point < 0) point = i
    else return parseRare(buf, start, length)
  }
  const digits = end - digitsStart - (point < 0 ? 0 : 1)
  if (digits === 0 || digits > EXACT_DIGITS_MAX) return parseRare(buf, start, length)
  // Both are exact, so the division rounds once, as it should.
  if (point >= 0) value /= POWERS_OF_TEN[end - point - 1]
  return isNegative ? -value : value
}

function parseRare(buf: Uint8Array, start: number, length: number): number {
  if (length > DECIMAL_LENGTH_MAX) return Number.NaN
  const text = latin1(buf, start, length)
  if (DECIMAL.test(text)) return Number(text)
  const infinite = INFINITE.exec(text)
  if (infinite === null) return Number.NaN
  return infinite[1] === '-' ? -Infinity : Infinity
}

/** As `parseDecimal`, but a value too large or too small is no number: what Valkey 9 takes for a score to be kept. */
export function parseScore(buf: Uint8Array, start: number, length: number): number {
  const value = parseDecimal(buf, start, length)
  if (Number.isFinite(value) && value !== 0) return value
  const text = latin1(buf, start, length)
  if (value === 0) return /^[^e]*[1-9]/i.test(text) ? Number.NaN : value
  return INFINITE.test(text) ? value : Number.NaN
}
