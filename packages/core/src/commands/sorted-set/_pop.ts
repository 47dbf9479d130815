/** ZPOPMIN, ZPOPMAX, ZMPOP and their blocking forms. */

import { arg, reply } from '@kvasir/module-api'
import { NULL_ARRAY_AFTER_TIMEOUT } from '../../engine/blocking.ts'
import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { type MultiPop, readMultiPop } from '../../engine/multi-pop.ts'
import { TYPE_ZSET } from '../../keyspace/entry.ts'
import type { ZsetValue } from '../../keyspace/zset-value.ts'
import { rankArgument } from './_range.ts'
import { replyMembers } from './_range-reply.ts'
import { membersGone, writeZset } from './_zset.ts'

export const popReply = reply.list(
  reply.oneOf([reply.string('a member, its score behind it'), reply.array([reply.string(), reply.number()])]),
)

export const whereArgument = arg.oneOf({ min: arg.token('MIN'), max: arg.token('MAX') })

export const multiPopReply = reply.oneOf([
  reply.array([
    reply.string('the key'),
    reply.list(reply.array([reply.string('a member'), reply.number('its score')])),
  ]),
  reply.nil('no key has members'),
])

/** Takes members out from one end; their answer is written already. */
function take(call: Call, index: number, zset: ZsetValue, count: number, isMax: boolean): void {
  const rank = isMax ? zset.size - count : 0
  zset.removeRange(rank, count)
  membersGone(call, index, zset, isMax ? 'zpopmax' : 'zpopmin')
}

/** ZPOPMIN and ZPOPMAX. */
export function pop(call: Call, isMax: boolean): void {
  if (call.argc > 3) return call.syntaxError()
  const { reply: out } = call
  let count = 1
  if (call.argc > 2) {
    count = rankArgument(call, 2)
    if (Number.isNaN(count) || count < 0) return out.error(ERRORS.notPositive)
  }
  const zset = writeZset(call, 1)
  if (zset === undefined) return
  const found = Math.min(count, zset.size)
  if (found === 0) return out.array(0)
  if (call.argc === 2) writePair(call, zset, isMax)
  else replyMembers(call, zset, isMax ? zset.size - 1 : 0, found, isMax, true)
  take(call, 1, zset, found, isMax)
}

function writePair({ reply: out }: Call, zset: ZsetValue, isMax: boolean): void {
  out.array(2)
  zset.walk(isMax ? zset.size - 1 : 0, 1, false, (buf, start, length, score) => {
    out.bulk(buf, start, length)
    out.double(score)
  })
}

/** BZPOPMIN and BZPOPMAX, with the timeout behind the keys. */
export function blockingPop(call: Call, isMax: boolean, timeoutMs: number): void {
  const keys = Array.from({ length: call.argc - 2 }, (_, i) => i + 1)
  for (const index of keys) {
    const zset = writeZset(call, index)
    if (zset === undefined) return
    if (zset.size === 0) continue
    const { reply: out } = call
    out.array(3)
    out.bulk(call.buf, call.starts[index], call.lengths[index])
    zset.walk(isMax ? zset.size - 1 : 0, 1, false, (buf, start, length, score) => {
      out.bulk(buf, start, length)
      out.double(score)
    })
    return take(call, index, zset, 1, isMax)
  }
  const answer = NULL_ARRAY_AFTER_TIMEOUT
  call.engine.blocking.block(call, { keys, type: TYPE_ZSET, timeoutMs, answer })
}

/** @param index of the number of keys @returns undefined after the error */
export function readZsetMultiPop(call: Call, index: number): MultiPop | undefined {
  return readMultiPop(call, index, 'min', 'max')
}

/** Answers from the first key that has members. @returns false, without an answer, when none has */
export function multiPop(call: Call, { keys, fromStart, count }: MultiPop): boolean {
  const isMax = !fromStart
  for (const index of keys) {
    const zset = writeZset(call, index)
    if (zset === undefined) return true
    if (zset.size === 0) continue
    const { reply: out } = call
    const found = Math.min(count, zset.size)
    out.array(2)
    out.bulk(call.buf, call.starts[index], call.lengths[index])
    out.array(found)
    zset.walk(isMax ? zset.size - 1 : 0, found, isMax, (buf, start, length, score) => {
      out.array(2)
      out.bulk(buf, start, length)
      out.double(score)
    })
    take(call, index, zset, found, isMax)
    return true
  }
  return false
}
