/** ZRANK and ZREVRANK. */

import { reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { wrongArity } from '../../engine/errors.ts'
import { readZset } from './_zset.ts'

export const rankReply = reply.oneOf([
  reply.integer('the rank, from 0'),
  reply.array([reply.integer('the rank, from 0'), reply.number('the score')], 'with WITHSCORE'),
  reply.nil('the key or the member does not exist'),
])

export function replyRank(call: Call, isReverse: boolean): void {
  if (call.argc > 4) return call.refuse(wrongArity(call.command.fullName))
  const withScore = call.argc > 3
  if (withScore && !call.argIs(3, 'withscore')) return call.syntaxError()
  const zset = readZset(call, 1)
  if (zset === undefined) return
  const rank = zset.rankOf(call.buf, call.starts[2], call.lengths[2])
  const { reply: out } = call
  if (rank < 0) return withScore ? out.nullArray() : out.nil()
  if (withScore) out.array(2)
  out.integer(isReverse ? zset.size - 1 - rank : rank)
  if (withScore) out.double(zset.score)
}
