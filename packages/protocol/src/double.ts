/**
 * Doubles in decimal, byte for byte as Valkey 9.1 prints them: in ZSCORE and all other replies with a score, in RESP2
 * and RESP3, and in Lua's `{double = x}`. Observed, and checked against it with 600,000 random doubles:
 *
 *     value                                       printed as
 *     nan, infinite                               nan  inf  -inf
 *     whole, |x| <= 2^62, but -0                  all its digits                  1256941017565010432
 *     -0                                          -0        (a packed sorted set stores 0, a large one -0)
 *     others: Grisu2's digits d, n of them, and a power of ten K, so that x = d * 10^K, E = |K + n - 1|:
 *       K >= 0, E < n + 7                         d and K zeros                   99999999999999990000000
 *       K < 0, K > -7 or E < 4                    with a point                    0.000001  1.5
 *       else                                      with an exponent of E digits    1.234e-4  2.5e+33
 *
 * Grisu2 is fast, but does not always find the shortest digits or the nearest of those: 1e23 gives 9999999999999999,
 * -1424911756541060.8 ends in .7. All of them read back equal. `String(x)` has other digits for one double in 240,
 * hence an implementation of our own; in pairs of 32-bit halves, because BigInt would cost several times as much.
 *
 * Rejected: `String(x)`, and C's `%.17g`, which older servers use: other digits, and 0.1 is 0.10000000000000001.
 *
 * Source: F. Loitsch, Printing Floating-Point Numbers Quickly and Accurately with Integers, PLDI 2010 (Grisu2), and the
 * observed behaviour of Valkey 9.1.
 */

import { writeInteger } from './integer.ts'

/** Most bytes that `writeDouble` writes. */
export const DOUBLE_BYTES_MAX = 32

const TWO_32 = 2 ** 32
const WHOLE_EXACT_MAX = 2 ** 62

const view = new DataView(new ArrayBuffer(8))
/** The digits found last, as numbers 0 to 9. */
const digits = new Uint8Array(20)
let digitCount = 0
/** Power of ten of the last digit. */
let power = 0
const scratch = new Uint8Array(DOUBLE_BYTES_MAX)

/** The double as Valkey prints it: see the table at the top of this file. */
export function formatDouble(value: number): string {
  if (Number.isInteger(value) && value > -1e15 && value < 1e15 && !Object.is(value, -0)) return String(value)
  const end = writeDouble(scratch, 0, value)
  let text = ''
  for (let i = 0; i < end; i++) text += String.fromCharCode(scratch[i])
  return text
}

/**
 * Writes the double as `formatDouble` formats it; room for `DOUBLE_BYTES_MAX` bytes is there already.
 * @returns the position behind the last byte
 */
export function writeDouble(buf: Uint8Array, pos: number, value: number): number {
  if (Number.isInteger(value) && !Object.is(value, -0)) {
    if (Number.isSafeInteger(value)) return writeInteger(buf, pos, value)
    if (Math.abs(value) <= WHOLE_EXACT_MAX) return writeAscii(buf, pos, BigInt(value).toString())
  }
  if (Number.isNaN(value)) return writeAscii(buf, pos, 'nan')
  let at = pos
  if (value < 0 || Object.is(value, -0)) buf[at++] = 45
  const magnitude = Math.abs(value)
  if (magnitude === Infinity) return writeAscii(buf, at, 'inf')
  if (magnitude === 0) return writeAscii(buf, at, '0')
  findDigits(magnitude)
  return writeDigits(buf, at)
}

function writeAscii(buf: Uint8Array, pos: number, text: string): number {
  for (let i = 0; i < text.length; i++) buf[pos + i] = text.charCodeAt(i)
  return pos + text.length
}

/** Lays out the digits found last. */
function writeDigits(buf: Uint8Array, pos: number): number {
  const scientific = power + digitCount - 1
  let at = pos
  if (power >= 0 && scientific < digitCount + 7) {
    for (let i = 0; i < digitCount; i++) buf[at++] = 48 + digits[i]
    for (let i = 0; i < power; i++) buf[at++] = 48
    return at
  }
  if (power < 0 && (power > -7 || Math.abs(scientific) < 4)) {
    const whole = digitCount + power
    if (whole <= 0) {
      buf[at++] = 48
      buf[at++] = 46
      for (let i = whole; i < 0; i++) buf[at++] = 48
    }
    for (let i = 0; i < digitCount; i++) {
      if (i === whole && whole > 0) buf[at++] = 46
      buf[at++] = 48 + digits[i]
    }
    return at
  }
  buf[at++] = 48 + digits[0]
  if (digitCount > 1) {
    buf[at++] = 46
    for (let i = 1; i < digitCount; i++) buf[at++] = 48 + digits[i]
  }
  buf[at++] = 101
  buf[at++] = scientific < 0 ? 45 : 43
  return writeInteger(buf, at, Math.abs(scientific))
}

/*
 * Grisu2. A number here is a pair (high, low) of unsigned 32-bit halves of a 64-bit integer, times a power of two that
 * the comments name. Functions that answer a pair leave it in `pair`,
 * because numbers beyond 31 bits in variables of a module, or in an object, would be allocated on the heap.
 */

const pair = new Uint32Array(2)

/**
 * Sets `digits`, `digitCount` and `power` for a finite double above 0.
 *
 * The double w stands for all numbers between m- and m+, halfway to its neighbours. The three are scaled by a power of
 * ten c so that m+ lies in [2^-60 .. 2^-32) * 2^64; then the fewest digits of m+ that leave it above m- are the answer,
 * the last of them moved as near to w as the interval allows.
 */
function findDigits(value: number): void {
  view.setFloat64(0, value)
  const bits = view.getUint32(0)
  const biased = bits >>> 20
  let wHigh = bits & 0xfffff
  let wLow = view.getUint32(4)
  let exponent = -1074
  if (biased !== 0) {
    wHigh += 0x100000
    exponent = biased - 1075
  }
  // At a power of two the lower neighbour is only half as far away.
  const lowerIsNearer = wHigh === 0x100000 && wLow === 0
  const shift = wHigh !== 0 ? Math.clz32(wHigh) : 32 + Math.clz32(wLow)
  shiftLeft(wHigh, wLow, shift)
  wHigh = pair[0]
  wLow = pair[1]
  exponent -= shift
  shiftLeft(0, 1, shift - 1)
  const plusHigh = (wHigh | pair[0]) >>> 0
  const plusLow = (wLow | pair[1]) >>> 0
  shiftLeft(0, 1, lowerIsNearer ? shift - 2 : shift - 1)
  const minusHigh = (wHigh - pair[0] - (wLow < pair[1] ? 1 : 0)) >>> 0
  const minusLow = (wLow - pair[1]) >>> 0

  const index = powerIndex(exponent)
  const tenHigh = TENS.high[index]
  const tenLow = TENS.low[index]
  power = -(TENS_POWER_MIN + index * TENS_POWER_STEP)
  // The interval shrinks by one unit on each side: the scaled ends are exact to less than that.
  multiply(plusHigh, plusLow, tenHigh, tenLow)
  const topHigh = (pair[0] - (pair[1] === 0 ? 1 : 0)) >>> 0
  const topLow = (pair[1] - 1) >>> 0
  multiply(minusHigh, minusLow, tenHigh, tenLow)
  const bottomHigh = (pair[0] + (pair[1] === 0xffffffff ? 1 : 0)) >>> 0
  const bottomLow = (pair[1] + 1) >>> 0
  multiply(wHigh, wLow, tenHigh, tenLow)
  const distanceHigh = (topHigh - pair[0] - (topLow < pair[1] ? 1 : 0)) >>> 0
  const distanceLow = (topLow - pair[1]) >>> 0
  const deltaHigh = (topHigh - bottomHigh - (topLow < bottomLow ? 1 : 0)) >>> 0
  const deltaLow = (topLow - bottomLow) >>> 0
  generate(-(exponent + TENS.exponent[index] + 64), topHigh, topLow, deltaHigh, deltaLow, distanceHigh, distanceLow)
}

/**
 * Generates digits of `top` until what is left of it is below `delta`.
 * @param fractionBits how many low bits of the 64 stand behind the point: 32 to 60
 */
function generate(
  fractionBits: number,
  topHigh: number,
  topLow: number,
  deltaHigh: number,
  deltaLow: number,
  distanceHigh: number,
  distanceLow: number,
): void {
  // The point stands within the high half: 2^fractionBits is (2^shift, 0).
  const shift = fractionBits - 32
  const mask = (1 << shift) - 1
  let whole = topHigh >>> shift
  let fractionHigh = topHigh & mask
  let fractionLow = topLow
  let count = 0
  let left = 10
  while (left > 1 && whole < TEN_TO[left - 1]) left--
  while (left > 0) {
    left--
    const divisor = TEN_TO[left]
    const digit = (whole / divisor) >>> 0
    whole -= digit * divisor
    if (digit !== 0 || count !== 0) digits[count++] = digit
    // Below 2^32, because top is below 2^64.
    const restHigh = ((whole << shift) | fractionHigh) >>> 0
    if (restHigh < deltaHigh || (restHigh === deltaHigh && fractionLow <= deltaLow)) {
      power += left
      digitCount = count
      round(deltaHigh, deltaLow, restHigh, fractionLow, divisor * (mask + 1), distanceHigh, distanceLow)
      return
    }
  }
  let dHigh = deltaHigh
  let dLow = deltaLow
  let wHigh = distanceHigh
  let wLow = distanceLow
  for (;;) {
    fractionHigh = fractionHigh * 10 + carryOfTen(fractionLow)
    fractionLow = Math.imul(fractionLow, 10) >>> 0
    dHigh = dHigh * 10 + carryOfTen(dLow)
    dLow = Math.imul(dLow, 10) >>> 0
    wHigh = wHigh * 10 + carryOfTen(wLow)
    wLow = Math.imul(wLow, 10) >>> 0
    left--
    const digit = fractionHigh >>> shift
    fractionHigh &= mask
    if (digit !== 0 || count !== 0) digits[count++] = digit
    if (fractionHigh < dHigh || (fractionHigh === dHigh && fractionLow < dLow)) {
      power += left
      digitCount = count
      round(dHigh, dLow, fractionHigh, fractionLow, mask + 1, wHigh, wLow)
      return
    }
  }
}

/** What ten times the low half of a pair adds to the high half: 0 to 9. */
function carryOfTen(half: number): number {
  return ((half >>> 16) * 10 + (((half & 0xffff) * 10) >>> 16)) >>> 16
}

/**
 * Lowers the last digit while that brings the number nearer to w and keeps it within the interval. `rest` is the
 * distance from the top to the digits, `distance` that from the top to w, (step, 0) the weight of the last digit.
 */
function round(
  deltaHigh: number,
  deltaLow: number,
  restHigh: number,
  restLow: number,
  step: number,
  distanceHigh: number,
  distanceLow: number,
): void {
  let rest = restHigh
  for (;;) {
    if (!(rest < distanceHigh || (rest === distanceHigh && restLow < distanceLow))) return
    const next = rest + step
    if (!(next < deltaHigh || (next === deltaHigh && restLow <= deltaLow))) return
    if (!(next < distanceHigh || (next === distanceHigh && restLow < distanceLow))) {
      // Beyond w: only if that is nearer, distance - rest > next - distance.
      const beforeLow = distanceLow - restLow
      const before = distanceHigh - rest - (beforeLow < 0 ? 1 : 0)
      const behindLow = restLow - distanceLow
      const behind = next - distanceHigh - (behindLow < 0 ? 1 : 0)
      if (!(before > behind || (before === behind && beforeLow >>> 0 > behindLow >>> 0))) return
    }
    digits[digitCount - 1]--
    rest = next
  }
}

function shiftLeft(h: number, l: number, bits: number): void {
  if (bits >= 32) {
    pair[0] = l << (bits - 32)
    pair[1] = 0
  } else if (bits === 0) {
    pair[0] = h
    pair[1] = l
  } else {
    pair[0] = (h << bits) | (l >>> (32 - bits))
    pair[1] = l << bits
  }
}

/** The upper 64 bits of the product, rounded. */
function multiply(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  const c1 = productHigh(aHigh, bLow)
  const c2 = productHigh(aLow, bHigh)
  const ll = productHigh(aLow, bLow)
  const hl = Math.imul(aHigh, bLow) >>> 0
  const lh = Math.imul(aLow, bHigh) >>> 0
  const carry = Math.floor((hl + lh + ll + 0x80000000) / TWO_32)
  const lower = (Math.imul(aHigh, bHigh) >>> 0) + c1 + c2 + carry
  pair[0] = productHigh(aHigh, bHigh) + Math.floor(lower / TWO_32)
  pair[1] = lower
}

/** The upper 32 bits of the product of two unsigned 32-bit integers. */
function productHigh(a: number, b: number): number {
  const aHigh = a >>> 16
  const aLow = a & 0xffff
  const bHigh = b >>> 16
  const bLow = b & 0xffff
  const middle = (aHigh * bLow + (Math.imul(aLow, bLow) >>> 16)) >>> 0
  const other = (aLow * bHigh + (middle & 0xffff)) >>> 0
  return aHigh * bHigh + (middle >>> 16) + (other >>> 16)
}

/** Powers of ten that the whole part is divided by. */
const TEN_TO = Uint32Array.of(1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9)

const TENS_POWER_MIN = -348
const TENS_POWER_STEP = 8
const TENS_COUNT = 87
/** Where the scaled number's power of two shall lie. */
const EXPONENT_MIN = -60
const EXPONENT_MAX = -32
const LOG10_2 = 0.3010299956639812

/** Every eighth power of ten from 10^-348 to 10^340: 64 bits of it, the top one set, and its power of two. */
const TENS = powersOfTen()

function powersOfTen(): { high: Uint32Array; low: Uint32Array; exponent: Int16Array } {
  const result = {
    high: new Uint32Array(TENS_COUNT),
    low: new Uint32Array(TENS_COUNT),
    exponent: new Int16Array(TENS_COUNT),
  }
  for (let i = 0; i < TENS_COUNT; i++) {
    const ten = TENS_POWER_MIN + i * TENS_POWER_STEP
    const bits = Math.floor(ten / LOG10_2) + 1
    // 65 bits first, the last of which rounds.
    const shift = BigInt(65 - bits)
    const ratio = ten < 0 ? (1n << shift) / 10n ** BigInt(-ten) : ((10n ** BigInt(ten)) << 1088n) >> (1088n - shift)
    const significand = (ratio + 1n) >> 1n
    result.high[i] = Number(significand >> 32n)
    result.low[i] = Number(significand & 0xffffffffn)
    result.exponent[i] = bits - 64
  }
  return result
}

/** Index of the power of ten that brings a number with this power of two into the range. */
function powerIndex(exponent: number): number {
  const guess = Math.trunc(-(exponent + TENS_COUNT) * LOG10_2)
  let index = Math.trunc((guess - TENS_POWER_MIN) / TENS_POWER_STEP)
  for (;;) {
    const scaled = exponent + TENS.exponent[index] + 64
    if (scaled < EXPONENT_MIN) index++
    else if (scaled > EXPONENT_MAX) index--
    else return index
  }
}
