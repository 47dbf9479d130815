/**
 * Long doubles: the x86's 80-bit floating-point numbers, in bigints. INCRBYFLOAT and HINCRBYFLOAT of Redis count in
 * them, and their digits show it: 5010.6 + 0.1 is 5010.70000000000000018. Exact decimal arithmetic would be nicer, and
 * different.
 *
 *     value = sign * mantissa * 2^exponent     mantissa below 2^64, exponent from -16445; below 2^16384 altogether
 *
 * Every result is rounded to the nearest such number, halves to the even mantissa, as the processor does. Decimal text
 * becomes a ratio of bigints first, so that it is rounded only once.
 */

import { latin1 } from './bytes.ts'

export interface LongDouble {
  readonly negative: boolean
  readonly mantissa: bigint
  readonly exponent: number
  readonly infinite: boolean
}

export const ZERO: LongDouble = { negative: false, mantissa: 0n, exponent: 0, infinite: false }

const MANTISSA_BITS = 64
const EXPONENT_MIN = -16445
/** Finite numbers are below 2 to this. */
const BITS_MAX = 16384
/** Decimal exponents beyond this in either direction are out of range whatever the digits are. */
const DECIMAL_EXPONENT_MAX = 5000
const HEXADECIMAL_EXPONENT_MAX = 20_000
/** Redis copies the text into a buffer of this size, with a zero byte behind it. */
const TEXT_BYTES_MAX = 5 * 1024 - 1
const FRACTION_DIGITS = 17
const FRACTION_SCALE = 10n ** 17n

const DECIMAL = /^([+-]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:e([+-]?\d+))?$/i
const HEXADECIMAL = /^([+-]?)0x(?:([0-9a-f]+)\.?([0-9a-f]*)|\.([0-9a-f]+))(?:p([+-]?\d+))?$/i
const INFINITE = /^([+-]?)inf(?:inity)?$/i

/**
 * A number as C's strtold reads it, without blanks around it: decimal, exponent, hexadecimal, `inf`.
 * @returns undefined for anything else, for `nan`, and for numbers too large or too small to be told from infinity or
 * zero
 */
export function parseLongDouble(buf: Uint8Array, start: number, length: number): LongDouble | undefined {
  if (length === 0 || length > TEXT_BYTES_MAX) return undefined
  const text = latin1(buf, start, length)
  const decimal = DECIMAL.exec(text)
  if (decimal !== null) {
    const [, sign, whole = '', fraction = '', onlyFraction = '', exponent = '0'] = decimal
    return fromDecimal(sign === '-', whole, fraction + onlyFraction, Number(exponent))
  }
  const hexadecimal = HEXADECIMAL.exec(text)
  if (hexadecimal !== null) {
    const [, sign, whole = '', fraction = '', onlyFraction = '', exponent = '0'] = hexadecimal
    return fromHexadecimal(sign === '-', whole, fraction + onlyFraction, Number(exponent))
  }
  const infinite = INFINITE.exec(text)
  return infinite === null ? undefined : infinity(infinite[1] === '-')
}

function fromDecimal(negative: boolean, whole: string, fraction: string, power: number): LongDouble | undefined {
  const digits = (whole + fraction).replace(/^0+/, '')
  if (digits === '') return { negative, mantissa: 0n, exponent: 0, infinite: false }
  const exponent = power - fraction.length
  if (Math.abs(exponent + digits.length) > DECIMAL_EXPONENT_MAX) return undefined
  const value = BigInt(digits)
  return inRange(
    exponent >= 0
      ? round(negative, value * 10n ** BigInt(exponent), 1n, 0)
      : round(negative, value, 10n ** BigInt(-exponent), 0),
  )
}

function fromHexadecimal(negative: boolean, whole: string, fraction: string, power: number): LongDouble | undefined {
  const digits = (whole + fraction).replace(/^0+/, '')
  if (digits === '') return { negative, mantissa: 0n, exponent: 0, infinite: false }
  const exponent = power - 4 * fraction.length
  if (Math.abs(exponent + 4 * digits.length) > HEXADECIMAL_EXPONENT_MAX) return undefined
  return inRange(round(negative, BigInt(`0x${digits}`), 1n, exponent))
}

/** What strtold reports as out of range: digits that are not zero, but became zero or infinity. */
function inRange(value: LongDouble): LongDouble | undefined {
  return value.infinite || value.mantissa === 0n ? undefined : value
}

/** @returns the sum, maybe infinite; undefined when it is no number */
export function addLongDoubles(a: LongDouble, b: LongDouble): LongDouble | undefined {
  if (a.infinite && b.infinite && a.negative !== b.negative) return undefined
  if (a.infinite) return a
  if (b.infinite) return b
  const exponent = Math.min(a.exponent, b.exponent)
  const sum = (signed(a) << BigInt(a.exponent - exponent)) + (signed(b) << BigInt(b.exponent - exponent))
  return round(sum < 0n, sum < 0n ? -sum : sum, 1n, exponent)
}

function signed(value: LongDouble): bigint {
  return value.negative ? -value.mantissa : value.mantissa
}

function infinity(negative: boolean): LongDouble {
  return { negative, mantissa: 0n, exponent: 0, infinite: true }
}

/** The long double nearest to `numerator / denominator * 2^power`. */
function round(negative: boolean, numerator: bigint, denominator: bigint, power: number): LongDouble {
  if (numerator === 0n) return { negative, mantissa: 0n, exponent: 0, infinite: false }
  // The quotient gets 64 or 65 bits; with 65 the exponent is one higher.
  let exponent = bitLength(numerator) - bitLength(denominator) - MANTISSA_BITS
  if (quotient(numerator, denominator, exponent) >> BigInt(MANTISSA_BITS) !== 0n) exponent++
  exponent = Math.max(exponent, EXPONENT_MIN - power)
  let mantissa = quotient(numerator, denominator, exponent)
  const scaled = exponent >= 0 ? numerator : numerator << BigInt(-exponent)
  const divisor = exponent >= 0 ? denominator << BigInt(exponent) : denominator
  const twice = 2n * (scaled - mantissa * divisor)
  if (twice > divisor || (twice === divisor && (mantissa & 1n) === 1n)) mantissa++
  if (bitLength(mantissa) + exponent + power > BITS_MAX) return infinity(negative)
  return { negative, mantissa, exponent: exponent + power, infinite: false }
}

/** The whole part of `numerator / denominator / 2^exponent`. */
function quotient(numerator: bigint, denominator: bigint, exponent: number): bigint {
  return exponent >= 0 ? numerator / (denominator << BigInt(exponent)) : (numerator << BigInt(-exponent)) / denominator
}

function bitLength(value: bigint): number {
  if (value === 0n) return 0
  const digits = value.toString(16)
  return 4 * digits.length - Math.clz32(Number.parseInt(digits[0], 16)) + 28
}

/** As C's `%.17Lf` without the zeros at the end; zero has no sign. The number is finite. */
export function formatLongDouble(value: LongDouble): string {
  const { mantissa, exponent } = value
  let scaled = mantissa * FRACTION_SCALE
  if (exponent >= 0) scaled <<= BigInt(exponent)
  else {
    const shift = BigInt(-exponent)
    const rest = scaled & ((1n << shift) - 1n)
    const half = 1n << (shift - 1n)
    scaled >>= shift
    if (rest > half || (rest === half && (scaled & 1n) === 1n)) scaled++
  }
  if (scaled === 0n) return '0'
  const digits = scaled.toString().padStart(FRACTION_DIGITS + 1, '0')
  const whole = digits.slice(0, -FRACTION_DIGITS)
  const fraction = digits.slice(-FRACTION_DIGITS).replace(/0+$/, '')
  return (value.negative ? '-' : '') + (fraction === '' ? whole : `${whole}.${fraction}`)
}
