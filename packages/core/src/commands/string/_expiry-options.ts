/**
 * The options EX, PX, EXAT, PXAT (and PERSIST, KEEPTTL) of SET, GETEX, MSETEX and others, with their checks.
 */

import { arg } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { ERRORS, invalidExpireTime } from '../../engine/errors.ts'
import { EVENT_GENERIC, EVENT_STRING } from '../../engine/events.ts'
import { INT64_MAX } from '../../structures/decimal.ts'
import { TIME_MAX_MS } from '../../structures/timer-wheel.ts'

/** The alternatives as declared, for the commands' `args`. */
export const expiryArguments = {
  seconds: arg.after('EX', arg.integer()),
  milliseconds: arg.after('PX', arg.integer()),
  unixTimeSeconds: arg.after('EXAT', arg.unixTime({ docsName: 'unix-time-seconds' })),
  unixTimeMilliseconds: arg.after('PXAT', arg.unixTime({ docsName: 'unix-time-milliseconds' })),
} as const

/** How the number behind the option counts: seconds or milliseconds, from now or from 1970. */
export type ExpiryUnit = 'ex' | 'px' | 'exat' | 'pxat'

/** The unit that an option word names, or undefined. */
export function expiryUnitAt(call: Call, index: number): ExpiryUnit | undefined {
  if (call.argIs(index, 'ex')) return 'ex'
  if (call.argIs(index, 'px')) return 'px'
  if (call.argIs(index, 'exat')) return 'exat'
  if (call.argIs(index, 'pxat')) return 'pxat'
  return undefined
}

/** Returned by `readExpiryMs` after it has answered with an error. */
export const BAD_EXPIRY = Number.NaN

/**
 * The time that the number at `index` means, in milliseconds since 1970; answers the error and returns BAD_EXPIRY when
 * it is no positive number of 64 bits. Times beyond the year 10889 count as that year.
 */
export function readExpiryMs(call: Call, index: number, unit: ExpiryUnit): number {
  const small = call.argInteger(index)
  if (small > 0 && small < 2 ** 42) {
    const ms = unit === 'ex' || unit === 'exat' ? small * 1000 : small
    return Math.min(TIME_MAX_MS, unit === 'ex' || unit === 'px' ? ms + call.engine.nowMs : ms)
  }
  const value = call.argInt64(index)
  if (value === undefined) {
    call.reply.error(ERRORS.notInteger)
    return BAD_EXPIRY
  }
  let ms = unit === 'ex' || unit === 'exat' ? value * 1000n : value
  if (value <= 0n || ms > INT64_MAX) ms = -1n
  else if (unit === 'ex' || unit === 'px') ms += BigInt(call.engine.nowMs)
  if (ms < 0n || ms > INT64_MAX) {
    call.reply.error(invalidExpireTime(call.command.fullName))
    return BAD_EXPIRY
  }
  return Math.min(TIME_MAX_MS, Number(ms))
}

/** SETEX and PSETEX: key, time, value. */
export function setWithExpiry(call: Call, unit: ExpiryUnit): void {
  const expiryMs = readExpiryMs(call, 2, unit)
  if (Number.isNaN(expiryMs)) return
  call.putString(call.lookupWrite(1), 1, 3, expiryMs)
  call.changed(EVENT_STRING, 'set', 1)
  call.notify(EVENT_GENERIC, 'expire', 1)
  call.reply.ok()
}
