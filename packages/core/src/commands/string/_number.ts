/**
 * Numbers kept as strings: what INCR, DECR, INCRBY and DECRBY share.
 *
 * Numbers within ±2^53 are counted as they are, and digits as long as before are written over the old ones. Only what
 * lies beyond takes the way through bigints.
 */

import { integerLength, writeInteger } from '@kvasir/protocol'
import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { EVENT_STRING } from '../../engine/events.ts'
import { KEEP_EXPIRY, NO_EXPIRY } from '../../keyspace/database.ts'
import { ENCODING_INLINE, KIND_STRING_INLINE } from '../../keyspace/entry.ts'
import { fromLatin1 } from '../../structures/bytes.ts'
import { INT64_MAX, INT64_MIN, parseInt64, parseSafeInteger } from '../../structures/decimal.ts'

/** Adds a whole number within ±2^53 to the key at argument 1, and replies with the sum. */
export function increment(call: Call, by: number): void {
  const { db } = call
  const address = call.lookupWriteString(1)
  if (address === WRONG_TYPE) return
  let old = 0
  if (address !== 0) {
    db.value(address)
    old = parseSafeInteger(db.valueBuf, db.valueStart, db.valueLength)
  }
  const sum = old + by
  // NaN, for a value that is no such number, is neither.
  // Most sums fit 32 bits, and as such pass from function to function without being boxed.
  if ((sum | 0) === sum) store(call, address, sum | 0)
  else if (sum <= Number.MAX_SAFE_INTEGER && sum >= Number.MIN_SAFE_INTEGER) store(call, address, sum)
  else addInt64(call, address, BigInt(by))
}

/** As `increment`, for any number of 64 bits. */
export function incrementInt64(call: Call, by: bigint): void {
  const address = call.lookupWriteString(1)
  if (address !== WRONG_TYPE) addInt64(call, address, by)
}

function store(call: Call, address: number, value: number): void {
  const { db } = call
  const digits = integerLength(value)
  if (address === 0 || digits !== db.valueLength || db.encoding(address) !== ENCODING_INLINE) {
    db.put(address, call.buf, call.starts[1], call.lengths[1], KIND_STRING_INLINE, digits, KEEP_EXPIRY)
  }
  writeInteger(db.valueBuf, db.valueStart, value)
  if (address === 0) call.created(1)
  call.changed(EVENT_STRING, 'incrby', 1)
  call.reply.integer(value)
}

function addInt64(call: Call, address: number, by: bigint): void {
  const { db } = call
  let old: bigint | undefined = 0n
  if (address !== 0) {
    db.value(address)
    old = parseInt64(db.valueBuf, db.valueStart, db.valueLength)
  }
  if (old === undefined) return call.reply.error(ERRORS.notInteger)
  const sum = old + by
  if (sum > INT64_MAX || sum < INT64_MIN) return call.reply.error(ERRORS.overflow)
  putText(call, address, sum.toString())
  call.changed(EVENT_STRING, 'incrby', 1)
  call.reply.bigInteger(sum)
}

/** Gives the key at argument 1, just looked up, the digits of a number; it keeps its time to live. */
export function putText(call: Call, address: number, text: string): void {
  const bytes = fromLatin1(text)
  const expiryMs = address === 0 ? NO_EXPIRY : KEEP_EXPIRY
  call.db.putString(address, call.buf, call.starts[1], call.lengths[1], bytes, 0, bytes.length, expiryMs)
  if (address === 0) call.created(1)
}
