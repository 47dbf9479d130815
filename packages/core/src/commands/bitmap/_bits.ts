/** Arguments that the bitmap commands have in common. */

import { arg } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'

const BIT_OFFSET_INVALID = 'ERR bit offset is not an integer or out of range'

/** `start [end [BYTE | BIT]]` */
export const rangeArgument = arg.optional(
  arg.block({
    start: arg.integer(),
    endUnitBlock: arg.optional(
      arg.block({
        end: arg.integer(),
        unit: arg.optional(arg.oneOf({ byte: arg.token('BYTE'), bit: arg.token('BIT') }, { since: '7.0.0' })),
      }),
    ),
  }),
)

/**
 * A bit's offset: 0 to 8 times the longest string, less one.
 * @param bits size of the field, for offsets that begin with # and count fields; 0 when those are not allowed
 * @returns NaN after the error
 */
export function readBitOffset(call: Call, index: number, bits: number): number {
  const isFields = bits > 0 && call.lengths[index] > 0 && call.buf[call.starts[index]] === 35
  const offset = isFields ? fieldOffset(call, index) * bits : call.argInteger(index)
  if (offset >= 0 && offset / 8 < call.engine.bulkBytesMax) return offset
  call.reply.error(BIT_OFFSET_INVALID)
  return Number.NaN
}

function fieldOffset(call: Call, index: number): number {
  const text = call.argLatin1(index).slice(1)
  return /^(0|-?[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN
}

export interface BitRange {
  readonly start: number
  readonly end: number
  readonly isBits: boolean
  readonly hasEnd: boolean
}

/** Reads `start [end [BYTE | BIT]]` from `index` on; else the whole string. @returns undefined after the error */
export function readBitRange(call: Call, index: number): BitRange | undefined {
  const { argc } = call
  if (argc > index + 3) return call.syntaxError()
  const start = argc > index ? readInt64(call, index) : 0
  if (Number.isNaN(start)) return call.refuse(ERRORS.notInteger)
  let isBits = false
  if (argc > index + 2) {
    isBits = call.argIs(index + 2, 'bit')
    if (!isBits && !call.argIs(index + 2, 'byte')) return call.syntaxError()
  }
  const end = argc > index + 1 ? readInt64(call, index + 1) : -1
  if (Number.isNaN(end)) return call.refuse(ERRORS.notInteger)
  return { start, end, isBits, hasEnd: argc > index + 1 }
}

/** A whole number of 64 bits; beyond 2^53 the nearest double. */
function readInt64(call: Call, index: number): number {
  const value = call.argInt64(index)
  return value === undefined ? Number.NaN : Number(value)
}

/**
 * The first and the last bit that a range means in a string; the last is before the first when it is empty. Ends before
 * the string count as its first byte or bit.
 */
export function bitsOf({ start, end, isBits }: BitRange, bytes: number): { first: number; last: number } {
  const total = isBits ? bytes * 8 : bytes
  const from = Math.max(0, start < 0 ? total + start : start)
  const to = Math.min(total - 1, Math.max(0, end < 0 ? total + end : end))
  if (from > to) return { first: 0, last: -1 }
  return isBits ? { first: from, last: to } : { first: from * 8, last: to * 8 + 7 }
}
