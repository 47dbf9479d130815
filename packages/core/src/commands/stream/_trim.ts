/** The options by which XADD and XTRIM make a stream shorter. */

import { arg } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import type { StreamId } from '../../structures/stream-id.ts'
import type { StreamObject, TrimTarget } from '../../types/stream-object.ts'
import { readId } from './_stream.ts'

/** Without LIMIT an approximate trim deletes at most so many nodes' entries. */
const LIMIT_NODES = 100
const LIMIT_ENTRIES_MIN = 10_000
const LIMIT_ENTRIES_MAX = 1_000_000

export const trimArguments = {
  strategy: arg.oneOf({ maxlen: arg.token('MAXLEN'), minid: arg.token('MINID', { since: '6.2.0' }) }),
  operator: arg.optional(arg.oneOf({ equal: arg.token('='), approximately: arg.token('~') })),
  threshold: arg.string(),
  count: arg.optional(arg.after('LIMIT', arg.integer({ since: '6.2.0' }))),
}

/** What the options say. */
export class Trim implements TrimTarget {
  strategy: 'none' | 'maxlen' | 'minid' = 'none'
  isApproximate = false
  maxLength = 0
  minId: StreamId | undefined = undefined
  /** Given by LIMIT; -1 when it was not. */
  limit = -1
}

/**
 * Reads one of the options at `index`.
 * @returns the words that it takes, 0 when it is none of them, -1 after the error
 */
export function readTrimOption(call: Call, index: number, trim: Trim): number {
  const isMaxlen = call.argIs(index, 'maxlen')
  if (isMaxlen || call.argIs(index, 'minid')) return readStrategy(call, index, trim, isMaxlen)
  if (!call.argIs(index, 'limit') || index + 1 >= call.argc) return 0
  const limit = call.argInt64(index + 1)
  if (limit === undefined) return refuse(call, ERRORS.notInteger)
  if (limit < 0n) return refuse(call, 'ERR The LIMIT argument must be >= 0.')
  trim.limit = Number(limit)
  return 2
}

function readStrategy(call: Call, index: number, trim: Trim, isMaxlen: boolean): number {
  if (index + 1 >= call.argc) return 0
  const strategy = isMaxlen ? 'maxlen' : 'minid'
  if (trim.strategy !== 'none') {
    return refuse(call, 'ERR syntax error, MAXLEN and MINID options at the same time are not compatible')
  }
  let at = index + 1
  trim.isApproximate = false
  if (index + 2 < call.argc && (call.argIs(at, '~') || call.argIs(at, '='))) {
    trim.isApproximate = call.argIs(at, '~')
    at++
  }
  trim.strategy = strategy
  if (isMaxlen) {
    // Beyond 2^53 it does not matter how long exactly.
    const near = call.argInteger(at)
    const length = Number.isNaN(near) ? Number(call.argInt64(at) ?? Number.NaN) : near
    if (Number.isNaN(length)) return refuse(call, ERRORS.notInteger)
    if (length < 0) return refuse(call, 'ERR The MAXLEN argument must be >= 0.')
    trim.maxLength = length
  } else {
    const id = readId(call, at)
    if (id === undefined) return -1
    trim.minId = id
  }
  return at + 1 - index
}

function refuse(call: Call, text: string): -1 {
  call.reply.error(text)
  return -1
}

/** Checks that the options fit together. @returns false after the error */
export function checkTrim(call: Call, trim: Trim): boolean {
  if (trim.limit > 0 && trim.strategy === 'none') {
    call.reply.error('ERR syntax error, LIMIT cannot be used without specifying a trimming strategy')
    return false
  }
  if (trim.limit >= 0 && !trim.isApproximate) {
    call.reply.error('ERR syntax error, LIMIT cannot be used without the special ~ option')
    return false
  }
  return true
}

/** Makes a stream shorter, within `changeStream`. @returns how many entries were deleted */
export function trimStream(call: Call, stream: StreamObject, trim: Trim): number {
  if (trim.strategy === 'none') return 0
  return stream.trim(trim, trim.isApproximate, trim.isApproximate ? limitOf(call, trim) : 0)
}

function limitOf(call: Call, { limit }: Trim): number {
  if (limit >= 0) return limit
  const nodeEntries = call.engine.limits.streamNodeEntries
  return nodeEntries === 0 ? LIMIT_ENTRIES_MIN : Math.min(LIMIT_NODES * nodeEntries, LIMIT_ENTRIES_MAX)
}
