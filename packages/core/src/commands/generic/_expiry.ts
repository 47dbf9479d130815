/** EXPIRE, PEXPIRE, EXPIREAT and PEXPIREAT. */

import { arg } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { ERRORS, invalidExpireTime } from '../../engine/errors.ts'
import { EVENT_GENERIC } from '../../engine/events.ts'
import { NO_EXPIRY } from '../../keyspace/database.ts'
import { INT64_MAX, INT64_MIN } from '../../structures/decimal.ts'
import { TIME_MAX_MS } from '../../structures/timer-wheel.ts'

export const conditionArgument = arg.optional(
  arg.oneOf({ nx: arg.token('NX'), xx: arg.token('XX'), gt: arg.token('GT'), lt: arg.token('LT') }, { since: '7.0.0' }),
)

const NX = 1
const XX = 2
const GT = 4
const LT = 8
const BAD_CONDITION = -1

/**
 * Sets the time to live of the key at index 1 from the number at index 2.
 * @param unitMs milliseconds that the number counts: 1 or 1000
 * @param isRelative counted from now, not from 1970
 */
export function setTimeToLive(call: Call, unitMs: 1 | 1000, isRelative: boolean): void {
  const condition = readCondition(call)
  if (condition === BAD_CONDITION) return
  const expiryMs = readTime(call, unitMs, isRelative)
  if (Number.isNaN(expiryMs)) return
  const { db, reply } = call
  const address = call.lookupWrite(1)
  if (address === 0 || !isMet(condition, db.expiryMs(address), expiryMs)) return reply.integer(0)
  if (call.isOver(expiryMs)) call.expireKey(address, 1)
  else {
    db.setExpiry(address, expiryMs)
    call.changed(EVENT_GENERIC, 'expire', 1)
  }
  reply.integer(1)
}

function isMet(condition: number, currentMs: number, nextMs: number): boolean {
  if ((condition & NX) !== 0 && currentMs !== NO_EXPIRY) return false
  if ((condition & XX) !== 0 && currentMs === NO_EXPIRY) return false
  // A key without a time to live counts as one that lives forever.
  if ((condition & GT) !== 0 && (currentMs === NO_EXPIRY || nextMs <= currentMs)) return false
  return (condition & LT) === 0 || currentMs === NO_EXPIRY || nextMs < currentMs
}

/** The conditions from index 3 on, or BAD_CONDITION after the error. */
function readCondition(call: Call): number {
  let condition = 0
  for (let i = 3; i < call.argc; i++) {
    if (call.argIs(i, 'nx')) condition |= NX
    else if (call.argIs(i, 'xx')) condition |= XX
    else if (call.argIs(i, 'gt')) condition |= GT
    else if (call.argIs(i, 'lt')) condition |= LT
    else {
      call.reply.error(`ERR Unsupported option ${call.argLatin1(i).split('\0', 1)[0]}`)
      return BAD_CONDITION
    }
  }
  if ((condition & NX) !== 0 && condition !== NX) {
    call.reply.error('ERR NX and XX, GT or LT options at the same time are not compatible')
    return BAD_CONDITION
  }
  if ((condition & GT) !== 0 && (condition & LT) !== 0) {
    call.reply.error('ERR GT and LT options at the same time are not compatible')
    return BAD_CONDITION
  }
  return condition
}

/** Milliseconds since 1970, at most TIME_MAX_MS; NaN after the error. Every time before now is as good as any other. */
function readTime(call: Call, unitMs: 1 | 1000, isRelative: boolean): number {
  const baseMs = isRelative ? call.engine.nowMs : 0
  const small = call.argInteger(2)
  if (Math.abs(small) < 2 ** 42) return Math.min(TIME_MAX_MS, small * unitMs + baseMs)
  const value = call.argInt64(2)
  if (value === undefined) {
    call.reply.error(ERRORS.notInteger)
    return Number.NaN
  }
  const ms = value * BigInt(unitMs)
  if (ms < INT64_MIN || ms > INT64_MAX - BigInt(baseMs)) {
    call.reply.error(invalidExpireTime(call.command.fullName))
    return Number.NaN
  }
  return Math.min(TIME_MAX_MS, Number(ms) + baseMs)
}
