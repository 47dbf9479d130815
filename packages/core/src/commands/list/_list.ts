/** The list at the key of a call, and numbers and sides as arguments. */

import { arg } from '@kvasir/module-api'
import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { EVENT_LIST } from '../../engine/events.ts'
import { TYPE_LIST } from '../../keyspace/entry.ts'
import { ListValue } from '../../keyspace/list-value.ts'
import { INT64_MIN } from '../../structures/decimal.ts'

/** For reading; a key that does not exist is an empty list. @returns undefined after the error WRONGTYPE */
export function readList(call: Call, index: number): ListValue | undefined {
  return listAt(call, index, call.lookupReadAs(index, TYPE_LIST))
}

/** For a change. @returns undefined after the error WRONGTYPE */
export function writeList(call: Call, index: number): ListValue | undefined {
  return listAt(call, index, call.lookupWriteAs(index, TYPE_LIST))
}

/** The list of an entry that was just looked up. */
export function listAt(call: Call, index: number, address: number): ListValue | undefined {
  if (address === WRONG_TYPE) return undefined
  return new ListValue(call.db, address, call.buf, call.starts[index], call.lengths[index])
}

/** A whole number of 64 bits; beyond ±2^53 a double near it. @returns NaN after the error */
export function readInteger(call: Call, index: number): number {
  const value = call.argInteger(index)
  if (!Number.isNaN(value)) return value
  const big = call.argInt64(index)
  if (big !== undefined) return Number(big)
  call.reply.error(ERRORS.notInteger)
  return Number.NaN
}

/** As `readInteger`, for numbers whose sign is a direction: the one that has no opposite is refused. */
export function readDirected(call: Call, index: number): number {
  if (call.argInt64(index) !== INT64_MIN) return readInteger(call, index)
  call.reply.error(ERRORS.notNegatable)
  return Number.NaN
}

export const sides = { left: arg.token('LEFT'), right: arg.token('RIGHT') }

/** LEFT or RIGHT. @returns whether it is the head, or undefined after the error */
export function readSide(call: Call, index: number): boolean | undefined {
  if (call.argIs(index, 'left')) return true
  if (call.argIs(index, 'right')) return false
  call.syntaxError()
  return undefined
}

/**
 * Says that a list changed. What Redis counts for INFO's rdb_changes_since_last_save is elements.
 * @param count how many were added or removed
 */
export function changed(call: Call, event: string, index: number, count: number): void {
  call.changed(EVENT_LIST, event, index)
  call.engine.dirty += count - 1
}

/** Says that a list's key is gone, which nobody counts: what emptied it was told before. */
export function deleted(call: Call, index: number): void {
  call.keyEmptied(index)
}

/**
 * Ends a removal: deletes the key when the list is empty, makes it small again when it is short, and tells.
 * @param event what removed elements
 * @param count how many
 */
export function removed(call: Call, list: ListValue, event: string, index: number, count: number): void {
  const isEmptied = list.length === 0
  if (isEmptied) call.removeEmptied(index)
  else list.shrink()
  // LTRIM of nothing: an event, but no change that who watches the key would hear of.
  if (count > 0) changed(call, event, index, count)
  else if (call.engine.events.wanted(EVENT_LIST)) call.notify(EVENT_LIST, event, index)
  if (isEmptied) deleted(call, index)
}
