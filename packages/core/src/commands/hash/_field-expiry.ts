/** HEXPIRE, HPEXPIRE, HEXPIREAT and HPEXPIREAT. */

import { reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { ERRORS, invalidExpireTime } from '../../engine/errors.ts'
import type { HashValue } from '../../keyspace/hash-value.ts'
import { INT64_MAX } from '../../structures/decimal.ts'
import { TIME_MAX_MS } from '../../structures/timer-wheel.ts'
import { NO_FIELD_EXPIRY } from '../../types/hash-object.ts'
import { findFields, readFields } from './_fields.ts'
import { fieldsChanged, fieldsRemoved, writeHash } from './_hash.ts'

export const expiryReply = reply.list(
  reply.oneOf([
    reply.integer('-2: the key or the field does not exist'),
    reply.integer('0: the condition was not met'),
    reply.integer('1: the expiry was set'),
    reply.integer('2: the field was deleted, because the time is over'),
  ]),
)

const NX = 1
const XX = 2
const GT = 4
const LT = 8
const BAD_CONDITION = -1

const MISSING = -2
const NOT_MET = 0
const SET = 1
const DELETED = 2

/**
 * Sets the expiry of fields of the key at index 1 from the number at index 2.
 * @param unitMs milliseconds that the number counts: 1 or 1000
 * @param isRelative counted from now, not from 1970
 */
export function setFieldExpiry(call: Call, unitMs: 1 | 1000, isRelative: boolean): void {
  const fieldsIndex = findFields(call, 3)
  if (fieldsIndex === 0) return
  const condition = readCondition(call, fieldsIndex)
  if (condition === BAD_CONDITION) return
  const first = readFields(call, fieldsIndex, 1)
  if (first === 0) return
  const expiryMs = readFieldTime(call, 2, unitMs, isRelative)
  if (Number.isNaN(expiryMs)) return
  const hash = writeHash(call, 1)
  if (hash === undefined) return
  let set = 0
  let deleted = 0
  call.reply.array(call.argc - first)
  for (let i = first; i < call.argc; i++) {
    const outcome = expireField(call, hash, i, condition, expiryMs)
    if (outcome === SET) set++
    else if (outcome === DELETED) deleted++
    call.reply.integer(outcome)
  }
  if (deleted > 0) fieldsExpired(call, hash, deleted, first)
  else if (set > 0) fieldsChanged(call, 'hexpire', first, 1)
}

function expireField(call: Call, hash: HashValue, index: number, condition: number, expiryMs: number): number {
  const { buf, starts, lengths } = call
  if (!hash.find(buf, starts[index], lengths[index])) return MISSING
  if (!isMet(condition, hash.foundExpiryMs, expiryMs)) return NOT_MET
  if (!isOver(call, expiryMs)) {
    hash.setExpiry(buf, starts[index], lengths[index], expiryMs)
    return SET
  }
  hash.delete(buf, starts[index], lengths[index])
  return DELETED
}

/** Whether a field with this expiry is to be deleted at once. */
export function isOver(call: Call, expiryMs: number): boolean {
  return expiryMs <= call.engine.nowMs && call.engine.canDeleteExpired
}

/** Tells that fields were taken out because the time that they were given is over already. */
export function fieldsExpired(call: Call, hash: HashValue, count: number, first: number): void {
  call.engine.stats.expiredFields += count
  fieldsRemoved(call, hash, 'hexpired', first)
}

function isMet(condition: number, currentMs: number, nextMs: number): boolean {
  const isVolatile = currentMs !== NO_FIELD_EXPIRY
  if ((condition & NX) !== 0 && isVolatile) return false
  if ((condition & XX) !== 0 && !isVolatile) return false
  // A field without an expiry counts as one that lives forever.
  if ((condition & GT) !== 0 && (!isVolatile || nextMs <= currentMs)) return false
  return (condition & LT) === 0 || !isVolatile || nextMs < currentMs
}

/** The conditions from index 3 up to the word FIELDS, or BAD_CONDITION after the error. */
function readCondition(call: Call, end: number): number {
  let condition = 0
  for (let i = 3; i < end; i++) {
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

/**
 * The time that the number at `index` means, ms since 1970, at most TIME_MAX_MS; NaN after the error. Unlike a key's, a
 * field's may not be negative.
 */
export function readFieldTime(call: Call, index: number, unitMs: 1 | 1000, isRelative: boolean): number {
  const value = call.argInt64(index)
  if (value === undefined) {
    call.reply.error(ERRORS.notInteger)
    return Number.NaN
  }
  const ms = value * BigInt(unitMs) + (isRelative ? BigInt(call.engine.nowMs) : 0n)
  if (value < 0n || ms > INT64_MAX) {
    call.reply.error(invalidExpireTime(call.command.fullName))
    return Number.NaN
  }
  return Math.min(TIME_MAX_MS, Number(ms))
}
