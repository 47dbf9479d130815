/** TTL, PTTL, EXPIRETIME and PEXPIRETIME. */

import { reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { NO_EXPIRY } from '../../keyspace/database.ts'

export const timeReply = (unit: string) =>
  reply.oneOf([
    reply.integer(unit),
    reply.integer('-1: the key has no time to live'),
    reply.integer('-2: the key does not exist'),
  ])

/**
 * Answers with the time of the key at index 1.
 * @param unitMs milliseconds that the answer counts, 1 or 1000; seconds are rounded, halves up
 * @param isRelative counted from now, not from 1970
 */
export function replyWithTime(call: Call, unitMs: 1 | 1000, isRelative: boolean): void {
  const address = call.lookupQuietly(1)
  if (address === 0) return call.reply.integer(-2)
  const expiryMs = call.db.expiryMs(address)
  if (expiryMs === NO_EXPIRY) return call.reply.integer(-1)
  const ms = isRelative ? Math.max(0, expiryMs - call.engine.nowMs) : expiryMs
  call.reply.integer(Math.floor((ms + unitMs / 2) / unitMs))
}
