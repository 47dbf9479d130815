/** The option words of HSETEX and HGETEX, which stand before FIELDS. */

import type { Call } from '../../engine/call.ts'
import { readFieldTime } from './_field-expiry.ts'

export const NX = 1
export const XX = 2
export const FNX = 4
export const FXX = 8
export const KEEPTTL = 16
export const PERSIST = 32
/** These are followed by a time. */
const EX = 64
const PX = 128
const EXAT = 256
const PXAT = 512
export const EXPIRY = EX | PX | EXAT | PXAT

const WORDS: readonly (readonly [string, number])[] = [
  ['nx', NX],
  ['xx', XX],
  ['fnx', FNX],
  ['fxx', FXX],
  ['keepttl', KEEPTTL],
  ['persist', PERSIST],
  ['ex', EX],
  ['px', PX],
  ['exat', EXAT],
  ['pxat', PXAT],
]
/** Of each of these, one can be given; the same word may be repeated. */
const EXCLUSIVE = [NX | XX, FNX | FXX, KEEPTTL | PERSIST | EXPIRY]

export interface FieldOptions {
  /** Sum of the bits above. */
  readonly given: number
  /** Where the time is. */
  readonly expiryIndex: number
}

/**
 * Reads the words from index 2 up to the word FIELDS. A time is not looked at yet: what the key is comes first.
 * @param known the bits of the options that the command has
 * @returns undefined after the error
 */
export function readFieldOptions(call: Call, end: number, known: number): FieldOptions | undefined {
  let given = 0
  let expiryIndex = 0
  for (let i = 2; i < end; i++) {
    const word = (WORDS.find(([name]) => call.argIs(i, name))?.[1] ?? 0) & known
    const excluded = EXCLUSIVE.find((words) => (words & word) !== 0) ?? 0
    const takesNext = (word & EXPIRY) !== 0
    if (word === 0 || (given & excluded & ~word) !== 0 || (takesNext && i + 1 === end)) {
      call.syntaxError()
      return undefined
    }
    if (takesNext) expiryIndex = ++i
    given |= word
  }
  return { given, expiryIndex }
}

/** The time that was given, ms since 1970; NaN after the error. */
export function fieldOptionsTime(call: Call, { given, expiryIndex }: FieldOptions): number {
  return readFieldTime(call, expiryIndex, (given & (EX | EXAT)) !== 0 ? 1000 : 1, (given & (EX | PX)) !== 0)
}
