/**
 * Names that clients give themselves stand in CLIENT LIST, one field behind the other: blanks and control characters
 * would forge fields.
 */

import type { Call } from '../../engine/call.ts'

const FIRST_PRINTABLE = 33
const LAST_PRINTABLE = 126

export const UNPRINTABLE_NAME = 'ERR Client names cannot contain spaces, newlines or special characters.'

/** Whether an argument has bytes besides the visible ones of ASCII. */
export function hasUnprintable(call: Call, index: number): boolean {
  const start = call.starts[index]
  for (let i = start; i < start + call.lengths[index]; i++) {
    if (call.buf[i] < FIRST_PRINTABLE || call.buf[i] > LAST_PRINTABLE) return true
  }
  return false
}
