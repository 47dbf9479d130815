/** What SCAN, HSCAN, SSCAN and ZSCAN have in common: the cursor, MATCH and COUNT. */

import { latin1 } from '../structures/bytes.ts'
import type { Call } from './call.ts'
import { ERRORS } from './errors.ts'

const COUNT_DEFAULT = 10
const UINT64_SIZE = 2n ** 64n
/** As C's strtoull reads it: blanks in front, a sign, digits; what follows a zero byte does not count. */
const CURSOR = /^[ \t\n\v\f\r]*([+-]?)(\d+)(?:\0|$)/

export interface ScanOptions {
  /** The lower 32 bits of the cursor. Ours have no more, and any other number may answer anything. */
  readonly cursor: number
  readonly pattern: Uint8Array | undefined
  /** How many elements to look at, at least 1; beyond 2^53 no longer exact. */
  readonly count: number
}

/**
 * Reads the cursor at `cursorIndex` and the options behind it; answers the error and returns undefined when they are
 * wrong.
 * @param own reads an option of the command's own: the words that it takes, 0 when it is none, -1 after an error
 */
export function readScanOptions(
  call: Call,
  cursorIndex: number,
  own: (index: number) => number,
): ScanOptions | undefined {
  const cursor = readScanCursor(call, cursorIndex)
  if (Number.isNaN(cursor)) return undefined
  let pattern: Uint8Array | undefined
  let count = COUNT_DEFAULT
  for (let i = cursorIndex + 1; i < call.argc; ) {
    if (call.argIs(i, 'count') && i + 1 < call.argc) {
      count = readCount(call, i + 1)
      if (Number.isNaN(count)) return undefined
      i += 2
    } else if (call.argIs(i, 'match') && i + 1 < call.argc) {
      pattern = call.argBytes(i + 1)
      if (pattern.length === 1 && pattern[0] === 42) pattern = undefined
      i += 2
    } else {
      const words = own(i)
      if (words === 0) unknownOption(call, i)
      if (words <= 0) return undefined
      i += words
    }
  }
  return { cursor, pattern, count }
}

function unknownOption(call: Call, index: number): void {
  if (call.argIs(index, 'novalues')) call.reply.error('ERR NOVALUES option can only be used in HSCAN')
  else if (call.argIs(index, 'noscores')) call.reply.error('ERR NOSCORES option can only be used in ZSCAN')
  else call.syntaxError()
}

function readCount(call: Call, index: number): number {
  const count = call.argInt64(index)
  if (count === undefined) call.reply.error(ERRORS.notInteger)
  else if (count < 1n) call.syntaxError()
  else return Number(count)
  return Number.NaN
}

/**
 * Reads the cursor alone: commands with a key look that up before they read their options, so that whatever they are
 * does not matter when it does not exist. @returns NaN after the error
 */
export function readScanCursor(call: Call, index: number): number {
  const cursor = cursorAt(call, index)
  if (Number.isNaN(cursor)) call.reply.error('ERR invalid cursor')
  return cursor
}

function cursorAt(call: Call, index: number): number {
  const canonical = call.argInt64(index)
  if (canonical !== undefined) return canonical < 0n ? Number.NaN : Number(canonical & 0xffffffffn)
  const match = CURSOR.exec(latin1(call.buf, call.starts[index], call.lengths[index]))
  if (match === null) return Number.NaN
  const value = BigInt(match[2])
  if (value >= UINT64_SIZE) return Number.NaN
  return Number((match[1] === '-' ? -value : value) & 0xffffffffn)
}
