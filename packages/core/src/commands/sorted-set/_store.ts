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

/** Stores a result at the key at `index` instead of what is there, and answers with its size. */
export function storeResult(call: Call, result: ZsetObject, event: string, index = 1): void {
  const { db, buf, starts, lengths } = call
  const { size } = result
  const address = call.lookupWrite(index)
  if (address !== 0) db.removeFound(address)
  if (size > 0) {
    db.find(buf, starts[index], lengths[index])
    storeZset(db, buf, starts[index], lengths[index], result)
    if (address === 0) call.created(index)
    call.changed(EVENT_ZSET, event, index)
  } else {
    result.free()
    if (address !== 0) call.changed(EVENT_GENERIC, 'del', index)
  }
  call.reply.integer(size)
}
