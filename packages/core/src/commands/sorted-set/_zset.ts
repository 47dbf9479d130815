/** The sorted set at the key of a call. */

import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import { EVENT_ZSET } from '../../engine/events.ts'
import { TYPE_ZSET } from '../../keyspace/entry.ts'
import { ZsetValue } from '../../keyspace/zset-value.ts'

/** For reading; a key that does not exist is empty. @returns undefined after the error WRONGTYPE */
export function readZset(call: Call, index: number): ZsetValue | undefined {
  return valueAt(call, index, call.lookupReadAs(index, TYPE_ZSET))
}

/** For a change. @returns undefined after the error WRONGTYPE */
export function writeZset(call: Call, index: number): ZsetValue | undefined {
  return valueAt(call, index, call.lookupWriteAs(index, TYPE_ZSET))
}

function valueAt(call: Call, index: number, address: number): ZsetValue | undefined {
  if (address === WRONG_TYPE) return undefined
  return new ZsetValue(call.db, address, call.buf, call.starts[index], call.lengths[index])
}

/** Tells that members were taken out, by the event of that name, and takes out the key when none is left. */
export function membersGone(call: Call, index: number, zset: ZsetValue, event: string): void {
  const isEmptied = zset.size === 0
  if (isEmptied) call.removeEmptied(index)
  call.changed(EVENT_ZSET, event, index)
  if (isEmptied) call.keyEmptied(index)
}
