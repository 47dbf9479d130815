import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { BY_RANK } from './_range.ts'
import { membersReply, replyRange } from './_range-reply.ts'

export default defineCoreCommand({
  name: 'ZREVRANGE',
  summary: 'Returns members of a sorted set within a range of ranks, counted from the highest score.',
  since: '1.2.0',
  group: 'sorted_set',
  complexity: 'O(log(N)+M) where N is the number of members and M the number returned',
  flags: ['readonly'],
  args: {
    key: arg.key({ access: 'RO' }),
    start: arg.integer(),
    stop: arg.integer(),
    withscores: arg.flag('WITHSCORES'),
  },
  reply: membersReply,
  raw(call) {
    replyRange(call, { kind: BY_RANK, isReverse: true })
  },
})
