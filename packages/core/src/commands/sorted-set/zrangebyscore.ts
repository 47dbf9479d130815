import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { BY_SCORE } from './_range.ts'
import { limitArgument, membersReply, replyRange } from './_range-reply.ts'

export default defineCoreCommand({
  name: 'ZRANGEBYSCORE',
  summary: 'Returns members of a sorted set within a range of scores.',
  since: '1.0.5',
  group: 'sorted_set',
  complexity: 'O(log(N)+M) where N is the number of members and M the number returned',
  flags: ['readonly'],
  history: [['2.0.0', 'Added the `WITHSCORES` modifier.']],
  args: {
    key: arg.key({ access: 'RO' }),
    min: arg.double(),
    max: arg.double(),
    withscores: arg.flag('WITHSCORES', { since: '2.0.0' }),
    limit: limitArgument(),
  },
  reply: membersReply,
  raw(call) {
    replyRange(call, { kind: BY_SCORE })
  },
})
