import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import type { ZsetValue } from '../../keyspace/zset-value.ts'
import { INT64_MAX } from '../../structures/decimal.ts'
import { chooseDistinct } from '../../structures/random-choice.ts'
import { membersReply, replyMembers } from './_range-reply.ts'
import { readZset } from './_zset.ts'

export default defineCoreCommand({
  name: 'ZRANDMEMBER',
  summary: 'Returns members of a sorted set chosen at random.',
  since: '6.2.0',
  group: 'sorted_set',
  complexity: 'O(M*log(N)) where N is the number of members and M the number returned',
  flags: ['readonly'],
  tips: ['nondeterministic_output'],
  args: {
    key: arg.key({ access: 'RO' }),
    options: arg.optional(arg.block({ count: arg.integer(), withscores: arg.flag('WITHSCORES') })),
  },
  reply: reply.oneOf([
    reply.string('a member, when no count was given'),
    reply.nil('no count was given, and the key does not exist'),
    membersReply,
  ]),
  raw(call) {
    if (call.argc === 2) return replyOne(call)
    const count = call.argInt64(2)
    if (count === undefined) return call.reply.error(ERRORS.notInteger)
    if (count < -INT64_MAX) return call.reply.error(ERRORS.notNegatable)
    const withScores = call.argc > 3
    if (call.argc > 4 || (withScores && !call.argIs(3, 'withscores'))) return call.syntaxError()
    if (withScores && (count < -INT64_MAX / 2n || count > INT64_MAX / 2n)) {
      return call.reply.error('ERR value is out of range')
    }
    const zset = readZset(call, 1)
    if (zset !== undefined) replySome(call, zset, Number(count), withScores)
  },
})

function randomRank(call: Call, size: number): number {
  return Math.floor((call.engine.random.next() / 2 ** 32) * size)
}

function replyOne(call: Call): void {
  const zset = readZset(call, 1)
  if (zset === undefined) return
  if (zset.size === 0) return call.reply.nil()
  zset.walk(randomRank(call, zset.size), 1, false, (buf, start, length) => call.reply.bulk(buf, start, length))
}

function replySome(call: Call, zset: ZsetValue, count: number, withScores: boolean): void {
  const { reply: out } = call
  const { size } = zset
  if (count >= size) return replyMembers(call, zset, 0, size, false, withScores)
  const found = size === 0 ? 0 : Math.abs(count)
  out.array(withScores && out.resp === 2 ? 2 * found : found)
  const visit = (buf: Uint8Array, start: number, length: number, score: number): void => {
    if (withScores && out.resp === 3) out.array(2)
    out.bulk(buf, start, length)
    if (withScores) out.double(score)
  }
  // There is no end to a negative count but that of the client's output limit.
  if (count < 0) {
    for (let i = 0; i < found && !call.session.closing; i++) zset.walk(randomRank(call, size), 1, false, visit)
    return
  }
  const random = (): number => call.engine.random.next()
  const ranks = (): Int32Array => new Int32Array(size).map((_, rank) => rank)
  for (const rank of chooseDistinct(random, size, found, () => randomRank(call, size), ranks)) {
    zset.walk(rank, 1, false, visit)
  }
}
