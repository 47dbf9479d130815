/**
 * Whole numbers in decimal, written straight into a buffer: no string in between, and divisions in 32-bit integers.
 */

/** Decimal digits of a whole number within ±2^53, with its minus. */
export function integerLength(value: number): number {
  let length = 1
  let rest = value
  if (rest < 0) {
    length = 2
    rest = -rest
  }
  for (let limit = 10; rest >= limit; limit *= 10) length++
  return length
}

/**
 * Writes a whole number within ±2^53 in decimal.
 * @returns the position behind the last digit
 */
export function writeInteger(buf: Uint8Array, pos: number, value: number): number {
  let at = pos
  let rest = value
  if (rest < 0) {
    buf[at++] = 45
    rest = -rest
  }
  if (rest < 10) {
    buf[at] = 48 + rest
    return at + 1
  }
  const end = at + integerLength(rest)
  let i = end - 1
  // Halves of at most nine digits keep the divisions in 32-bit integers.
  while (rest >= 1e9) {
    const high = Math.floor(rest / 1e9)
    let low = (rest - high * 1e9) | 0
    for (let k = 0; k < 9; k++) {
      const q = (low / 10) | 0
      buf[i--] = 48 + (low - q * 10)
      low = q
    }
    rest = high
  }
  let low = rest | 0
  for (; i >= at; i--) {
    const q = (low / 10) | 0
    buf[i] = 48 + (low - q * 10)
    low = q
  }
  return end
}
