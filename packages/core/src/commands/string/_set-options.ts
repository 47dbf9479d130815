/**
 * The option words of SET, GETEX and MSETEX, read by one loop: each command says which it knows. A word may be
 * repeated, but not follow one that it excludes. DELEX has the comparisons only.
 */

import type { Call } from '../../engine/call.ts'
import { KEEP_EXPIRY, NO_EXPIRY } from '../../keyspace/database.ts'
import { type ExpiryUnit, expiryUnitAt, readExpiryMs } from './_expiry-options.ts'

export const NX = 1
export const XX = 2
/** Followed by a value, at `compareIndex`. */
export const IFEQ = 4
export const GET = 8
export const KEEPTTL = 16
export const PERSIST = 32
/** EX, PX, EXAT or PXAT. */
export const EXPIRY = 64
/** These, too, are followed by a value; the last two by its digest. */
export const IFNE = 128
export const IFDEQ = 256
export const IFDNE = 512

export const COMPARISONS = IFEQ | IFNE | IFDEQ | IFDNE

const CONDITIONS = NX | XX | COMPARISONS
const TIMES = KEEPTTL | PERSIST | EXPIRY

export interface SetOptions {
  /** Sum of the bits above. */
  given: number
  /** Index of the value or digest behind the comparison. */
  compareIndex: number
  /** A time in ms, NO_EXPIRY or KEEP_EXPIRY. */
  expiryMs: number
}

/** Used again for every call: a command takes out what it needs before a listener can hear of anything. */
const OPTIONS: SetOptions = { given: 0, compareIndex: 0, expiryMs: NO_EXPIRY }

/**
 * Reads the words from `from` to the end.
 * @param known the bits of the options that the command has
 * @returns undefined after an error
 */
export function readSetOptions(call: Call, from: number, known: number): SetOptions | undefined {
  let given = 0
  let unit: ExpiryUnit | undefined
  let expiryIndex = 0
  OPTIONS.compareIndex = 0
  for (let i = from; i < call.argc; i++) {
    const word = wordAt(call, i) & known
    const excluded = (word & CONDITIONS) !== 0 ? CONDITIONS : (word & TIMES) !== 0 ? TIMES : 0
    const compares = (word & COMPARISONS) !== 0
    const takesNext = word === EXPIRY || compares
    if (word === 0 || (given & excluded & ~word) !== 0 || (takesNext && i + 1 === call.argc)) return call.syntaxError()
    if (word === EXPIRY) {
      const found = expiryUnitAt(call, i)
      if (unit !== undefined && unit !== found) return call.syntaxError()
      unit = found
      expiryIndex = ++i
    } else if (compares) {
      if ((given & COMPARISONS) !== 0) return call.syntaxError()
      OPTIONS.compareIndex = ++i
    }
    given |= word
  }
  OPTIONS.given = given
  OPTIONS.expiryMs = (given & KEEPTTL) === 0 ? NO_EXPIRY : KEEP_EXPIRY
  if (unit !== undefined) {
    OPTIONS.expiryMs = readExpiryMs(call, expiryIndex, unit)
    if (Number.isNaN(OPTIONS.expiryMs)) return undefined
  }
  return OPTIONS
}

function wordAt(call: Call, index: number): number {
  if (expiryUnitAt(call, index) !== undefined) return EXPIRY
  if (call.argIs(index, 'nx')) return NX
  if (call.argIs(index, 'xx')) return XX
  if (call.argIs(index, 'get')) return GET
  if (call.argIs(index, 'keepttl')) return KEEPTTL
  return call.argIs(index, 'persist') ? PERSIST : comparisonAt(call, index)
}

/** The comparison that a word names, or 0. */
export function comparisonAt(call: Call, index: number): number {
  if (call.argIs(index, 'ifeq')) return IFEQ
  if (call.argIs(index, 'ifne')) return IFNE
  if (call.argIs(index, 'ifdeq')) return IFDEQ
  return call.argIs(index, 'ifdne') ? IFDNE : 0
}
