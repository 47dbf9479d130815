/** Positions in a string, as arguments. */

import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'

/**
 * A whole number of 64 bits; those beyond ±2^53 come out near their value, which no string is long enough to notice.
 * @returns NaN after the error
 */
export function readPosition(call: Call, index: number): number {
  const small = call.argInteger(index)
  if (!Number.isNaN(small)) return small
  const large = call.argInt64(index)
  if (large !== undefined) return Number(large)
  call.reply.error(ERRORS.notInteger)
  return Number.NaN
}

/** GETRANGE and its old name SUBSTR. */
export function replyRange(call: Call): void {
  const { db, reply } = call
  const start = readPosition(call, 2)
  if (Number.isNaN(start)) return
  const end = readPosition(call, 3)
  if (Number.isNaN(end)) return
  const address = call.lookupReadString(1)
  if (address === WRONG_TYPE) return
  // Redis compares negative ends before it cuts them off at 0: -100 to -50 is the first byte, -50 to -100 nothing.
  if (address === 0 || (start < 0 && end < 0 && start > end)) return reply.bulk(NOTHING)
  db.value(address)
  const length = db.valueLength
  const from = Math.max(0, start < 0 ? start + length : start)
  const to = Math.min(length - 1, Math.max(0, end < 0 ? end + length : end))
  if (from > to) return reply.bulk(NOTHING)
  reply.bulk(db.valueBuf, db.valueStart + from, to - from + 1)
}

const NOTHING = new Uint8Array(0)
