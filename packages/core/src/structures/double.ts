/** Floating-point numbers as text in byte buffers. */

import { latin1 } from './bytes.ts'

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const HEXADECIMAL = /^([+-]?)0x([0-9a-f]*)(?:\.([0-9a-f]*))?(?:p([+-]?\d+))?$/i
const INFINITE = /^([+-]?)inf(?:inity)?$/i
const LENGTH_MAX = 256

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
