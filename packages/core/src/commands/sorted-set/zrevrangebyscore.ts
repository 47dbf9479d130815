import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { BY_SCORE } from './_range.ts'
import { limitArgument, membersReply, replyRange } from './_range-reply.ts'

export default defineCoreCommand({
  name: 'ZREVRANGEBYSCORE',
  summary: 'Returns members of a sorted set within a range of scores, the highest first.',
  since: '2.2.0',
  group: 'sorted_set',
  complexity: 'O(log(N)+M) where N is the number of members and M the number returned',
  flags: ['readonly'],
  history: [['2.1.6', '`min` and `max` can be exclusive.']],
  args: {
    key: arg.key({ access: 'RO' }),
    max: arg.double(),
    min: arg.double(),
    withscores: arg.flag('WITHSCORES'),
    limit: limitArgument(),
  },
  reply: membersReply,
  raw(call) {
    replyRange(call, { kind: BY_SCORE, isReverse: true })
  },
})
