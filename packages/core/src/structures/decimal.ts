/**
 * Whole numbers as decimal text in byte buffers, as Redis reads them: an optional minus, no plus, no blanks, no leading
 * zeros, 64 bits. Numbers within ±2^53 stay plain JavaScript numbers; only larger ones become bigints.
 */

export const INT64_MAX = 2n ** 63n - 1n
export const INT64_MIN = -(2n ** 63n)

/** @returns the number, or NaN when it is no canonical whole number within ±(2^53 - 1) */
export function parseSafeInteger(buf: Uint8Array, start: number, length: number): number {
  if (length === 0 || length > 17) return Number.NaN
  let i = start
  const end = start + length
  const negative = buf[i] === 45
  if (negative && ++i === end) return Number.NaN
  let digit = buf[i] - 48
  if (digit === 0) return end - i === 1 && !negative ? 0 : Number.NaN
  let value = 0
  for (; i < end; i++) {
    digit = buf[i] - 48
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  if (value > Number.MAX_SAFE_INTEGER) return Number.NaN
  return negative ? -value : value
}

/** @returns the number, or undefined when it is no canonical whole number of 64 bits */
export function parseInt64(buf: Uint8Array, start: number, length: number): bigint | undefined {
  const small = parseSafeInteger(buf, start, length)
  if (!Number.isNaN(small)) return BigInt(small)
  if (length === 0 || length > 20) return undefined
  let i = start
  const end = start + length
  const negative = buf[i] === 45
  if (negative) i++
  if (i === end || buf[i] < 49 || buf[i] > 57) return undefined
  let value = 0n
  for (; i < end; i++) {
    const digit = buf[i] - 48
    if (digit < 0 || digit > 9) return undefined
    value = value * 10n + BigInt(digit)
  }
  if (negative) value = -value
  return value >= INT64_MIN && value <= INT64_MAX ? value : undefined
}

/** Whether the bytes are the canonical form of a 64-bit whole number: what Redis would keep as `int`. */
export function isInt64(buf: Uint8Array, start: number, length: number): boolean {
  if (length > 20) return false
  return !Number.isNaN(parseSafeInteger(buf, start, length)) || parseInt64(buf, start, length) !== undefined
}
