/** ZREMRANGEBYRANK, ZREMRANGEBYSCORE and ZREMRANGEBYLEX. */

import type { Call } from '../../engine/call.ts'
import { type RangeKind, ranksOf, readRange } from './_range.ts'
import { membersGone, writeZset } from './_zset.ts'

export function removeRange(call: Call, kind: RangeKind, event: string): void {
  const range = readRange(call, 2, kind, false)
  if (range === undefined) return
  const zset = writeZset(call, 1)
  if (zset === undefined) return
  const { rank, count } = ranksOf(range, zset)
  if (count > 0) {
    zset.removeRange(rank, count)
    membersGone(call, 1, zset, event)
  }
  call.reply.integer(count)
}
