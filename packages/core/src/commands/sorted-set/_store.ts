/** Sorted sets that are a result: answered with, or stored at a key. */

import type { Call } from '../../engine/call.ts'
import { EVENT_GENERIC, EVENT_ZSET } from '../../engine/events.ts'
import { storeZset, zsetOfObject } from '../../keyspace/zset-value.ts'
import type { ZsetObject } from '../../types/zset-object.ts'
import { replyMembers } from './_range-reply.ts'

/** Answers with a result, which is freed. */
export function replyResult(call: Call, result: ZsetObject, withScores: boolean): void {
  replyMembers(call, zsetOfObject(call.db, result), 0, result.size, false, withScores)
  result.free()
}

/** Stores a result at the key at index 1 instead of what is there, and answers with its size. */
export function storeResult(call: Call, result: ZsetObject, event: string): void {
  const { db, buf, starts, lengths } = call
  const { size } = result
  const address = call.lookupWrite(1)
  if (address !== 0) db.removeFound(address)
  if (size > 0) {
    db.find(buf, starts[1], lengths[1])
    storeZset(db, buf, starts[1], lengths[1], result)
    if (address === 0) call.created(1)
    call.changed(EVENT_ZSET, event, 1)
  } else {
    result.free()
    if (address !== 0) call.changed(EVENT_GENERIC, 'del', 1)
  }
  call.reply.integer(size)
}
