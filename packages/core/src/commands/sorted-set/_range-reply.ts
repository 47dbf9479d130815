/** What the commands answer with that return a range of members. */

import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import type { ZsetValue } from '../../keyspace/zset-value.ts'
import { BY_LEX, BY_RANK, BY_SCORE, type Range, type RangeKind, rankArgument, ranksOf, readRange } from './_range.ts'
import { readZset } from './_zset.ts'

export const membersReply = reply.oneOf([
  reply.list(reply.string('a member')),
  reply.list(reply.array([reply.string('a member'), reply.number('its score')])),
])

export const limitArgument = (options?: { readonly since: string }) =>
  arg.optional(arg.after('LIMIT', arg.block({ offset: arg.integer(), count: arg.integer() }, options)))

export interface RangeOptions {
  readonly range: Range
  readonly withScores: boolean
}

/** Which of the options a command takes. */
export interface RangeGrammar {
  /** Fixed for ZRANGEBYSCORE and the like; undefined for ZRANGE, which has BYSCORE, BYLEX and REV. */
  readonly kind?: RangeKind
  readonly isReverse?: boolean
  /** ZRANGESTORE: nothing to show scores of. */
  readonly isStored?: boolean
}

/**
 * Reads a range whose bounds stand at `index`, and the options behind them.
 * @returns undefined after the error
 */
export function readRangeOptions(call: Call, index: number, grammar: RangeGrammar): RangeOptions | undefined {
  let { kind, isReverse = false } = grammar
  let withScores = false
  let offset = 0
  let count = -1
  for (let i = index + 2; i < call.argc; i++) {
    if (grammar.isStored !== true && call.argIs(i, 'withscores')) withScores = true
    else if (call.argIs(i, 'limit') && i + 2 < call.argc) {
      offset = rankArgument(call, i + 1)
      count = rankArgument(call, i + 2)
      if (Number.isNaN(offset) || Number.isNaN(count)) return call.refuse(ERRORS.notInteger)
      i += 2
    } else if (grammar.kind === undefined && !isReverse && call.argIs(i, 'rev')) isReverse = true
    else if (kind === undefined && call.argIs(i, 'byscore')) kind = BY_SCORE
    else if (kind === undefined && call.argIs(i, 'bylex')) kind = BY_LEX
    else return call.syntaxError()
  }
  kind ??= BY_RANK
  // As in Valkey LIMIT with the count of all is none.
  if (count !== -1 && kind === BY_RANK) {
    return call.refuse('ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX')
  }
  if (withScores && kind === BY_LEX) {
    return call.refuse('ERR syntax error, WITHSCORES not supported in combination with BYLEX')
  }
  const range = readRange(call, index, kind, isReverse, offset, count)
  return range === undefined ? undefined : { range, withScores }
}

/** Answers with the range whose bounds stand at index 2, of the sorted set at index 1. */
export function replyRange(call: Call, grammar: RangeGrammar): void {
  const options = readRangeOptions(call, 2, grammar)
  if (options === undefined) return
  const zset = readZset(call, 1)
  if (zset === undefined) return
  const { rank, count } = ranksOf(options.range, zset)
  replyMembers(call, zset, rank, count, options.range.isReverse, options.withScores)
}

/** Answers with `count` members from a rank on. With scores RESP3 has pairs, RESP2 one flat array. */
export function replyMembers(
  call: Call,
  zset: ZsetValue,
  rank: number,
  count: number,
  isReverse: boolean,
  withScores: boolean,
): void {
  const { reply: out } = call
  out.array(withScores && out.resp === 2 ? count * 2 : count)
  zset.walk(rank, count, isReverse, (buf, start, length, score) => {
    if (withScores && out.resp === 3) out.array(2)
    out.bulk(buf, start, length)
    if (withScores) out.double(score)
  })
}
