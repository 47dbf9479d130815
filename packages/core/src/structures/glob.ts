/**
 * Glob patterns as KEYS, SCAN and PSUBSCRIBE have them: `*`, `?`, `[a-z]`, `[^a]`, `\x`.
 *
 * The matcher goes back only to the last star, so a pattern with many stars costs at most pattern times text, never
 * more. Source: https://valkey.io/commands/keys/ and observed behaviour for unclosed classes and reversed ranges.
 */

/** Redis follows no more stars than this, and takes the pattern for one that does not match. */
const STARS_MAX = 1000

const STAR = 42
const QUESTION = 63
const OPEN = 91
const CLOSE = 93
const CARET = 94
const BACKSLASH = 92
const DASH = 45

/**
 * Whether `text[start .. start + length)` matches the whole pattern.
 * @param fold letters of both cases are equal
 */
export function globMatch(pattern: Uint8Array, text: Uint8Array, start: number, length: number, fold = false): boolean {
  // Redis does not look at the pattern's stars then.
  if (length === 0) return pattern.length === 0
  const end = start + length
  let p = 0
  let t = start
  let starP = -1
  let starT = 0
  let stars = 0
  for (;;) {
    if (p < pattern.length && pattern[p] === STAR) {
      while (p < pattern.length && pattern[p] === STAR) p++
      if (p === pattern.length) return true
      if (++stars > STARS_MAX) return false
      starP = p
      starT = t
      continue
    }
    if (t >= end) return p === pattern.length
    const next = p < pattern.length ? matchOne(pattern, p, text[t], fold) : 0
    if (next > 0) {
      p = next
      t++
    } else if (starP >= 0) {
      p = starP
      t = ++starT
    } else return false
  }
}

/** Matches one byte. @returns the position behind the pattern's item, or 0 */
function matchOne(pattern: Uint8Array, p: number, byte: number, fold: boolean): number {
  const c = pattern[p]
  if (c === QUESTION) return p + 1
  if (c === OPEN) return matchClass(pattern, p + 1, byte, fold)
  if (c === BACKSLASH && p + 1 < pattern.length) return same(pattern[p + 1], byte, fold) ? p + 2 : 0
  return same(c, byte, fold) ? p + 1 : 0
}

function matchClass(pattern: Uint8Array, from: number, byte: number, fold: boolean): number {
  let p = from
  const negated = pattern[p] === CARET
  if (negated) p++
  let found = false
  const b = signed(fold ? lower(byte) : byte)
  for (; p < pattern.length && pattern[p] !== CLOSE; p++) {
    if (pattern[p] === BACKSLASH && p + 1 < pattern.length) {
      p++
      if (same(pattern[p], byte, fold)) found = true
    } else if (p + 2 < pattern.length && pattern[p + 1] === DASH) {
      let low = signed(fold ? lower(pattern[p]) : pattern[p])
      let high = signed(fold ? lower(pattern[p + 2]) : pattern[p + 2])
      if (low > high) [low, high] = [high, low]
      if (b >= low && b <= high) found = true
      p += 2
    } else if (same(pattern[p], byte, fold)) found = true
  }
  if (found === negated) return 0
  // An unclosed class ends with the pattern.
  return p < pattern.length ? p + 1 : pattern.length
}

function same(a: number, b: number, fold: boolean): boolean {
  return a === b || (fold && lower(a) === lower(b))
}

/** Bytes as C's plain char has them: in a range, those from 128 on come before the others. */
function signed(c: number): number {
  return (c << 24) >> 24
}

function lower(c: number): number {
  return c >= 65 && c <= 90 ? c + 32 : c
}
