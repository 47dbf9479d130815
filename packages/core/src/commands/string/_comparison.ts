/** The conditions IFEQ, IFNE, IFDEQ and IFDNE of SET and DELEX: a key's string against a value or a digest. */

import type { Call } from '../../engine/call.ts'
import { XXH3_HEX_LENGTH, xxh3Hex } from '../../structures/xxh3.ts'
import { valueEquals } from './_old-value.ts'
import { IFDEQ, IFDNE, IFEQ } from './_set-options.ts'

export const MALFORMED_DIGEST = 'ERR must be exactly 16 hexadecimal characters'

/** Redis looks at the length alone: of the right length, what is no number is a digest that no value has. */
export function malformedDigest(call: Call, given: number, index: number): boolean {
  return (given & (IFDEQ | IFDNE)) !== 0 && call.lengths[index] !== XXH3_HEX_LENGTH
}

/**
 * Whether the string at `address` meets the comparison among the bits `given` with argument `index`. A missing key, 0,
 * differs from every value.
 */
export function comparisonMet(call: Call, address: number, given: number, index: number): boolean {
  const wantsEqual = (given & (IFEQ | IFDEQ)) !== 0
  if (address === 0) return !wantsEqual
  const byDigest = (given & (IFDEQ | IFDNE)) !== 0
  const equal = byDigest ? call.argIs(index, digestAt(call, address)) : valueEquals(call, address, index)
  return equal === wantsEqual
}

/** The digest of the string at `address`, as DIGEST replies it. */
export function digestAt(call: Call, address: number): string {
  const { db } = call
  db.value(address)
  return xxh3Hex(db.valueBuf, db.valueStart, db.valueLength)
}
