/** Sorted sets that are a result: answered with, or stored at a key. */

import type { Call } from '../../engine/call.ts'
import { EVENT_ZSET } from '../../engine/events.ts'
import { NO_EXPIRY } from '../../keyspace/database.ts'
import { zsetContent } from '../../keyspace/zset-content.ts'
import { zsetOfObject } from '../../keyspace/zset-value.ts'
import { ZsetObject } from '../../types/zset-object.ts'
import { replyMembers } from './_range-reply.ts'

/** A sorted set that is at no key yet: whoever gets it frees or stores it. */
export function buildZset(call: Call, fill: (result: ZsetObject) => void): ZsetObject {
  const result = new ZsetObject(call.db.arena, call.engine, true)
  try {
    fill(result)
  } catch (error) {
    result.free()
    throw error
  }
  return result
}

/** Answers with a result, which is freed. */
export function replyResult(call: Call, result: ZsetObject, withScores: boolean): void {
  try {
    replyMembers(call, zsetOfObject(call.db, result), 0, result.size, false, withScores)
  } finally {
    result.free()
  }
}

/** Stores a result at the key at `index` instead of what is there, and answers with its size. */
export function storeResult(call: Call, result: ZsetObject, event: string, index = 1): void {
  const { db, buf, starts, lengths } = call
  const { size } = result
  const content = zsetContent(db, result)
  const old = call.lookupWrite(index)
  if (size === 0) {
    if (old !== 0) call.deleteKey(old, index)
    return call.reply.integer(0)
  }
  db.putValue(old, buf, starts[index], lengths[index], { ...content, expiryMs: NO_EXPIRY })
  if (old === 0) call.created(index)
  call.changed(EVENT_ZSET, event, index)
  call.reply.integer(size)
}
