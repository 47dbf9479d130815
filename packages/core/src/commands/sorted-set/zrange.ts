import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { limitArgument, membersReply, replyRange } from './_range-reply.ts'

export default defineCoreCommand({
  name: 'ZRANGE',
  summary: 'Returns members of a sorted set within a range of ranks, scores or bytes.',
  since: '1.2.0',
  group: 'sorted_set',
  complexity: 'O(log(N)+M) where N is the number of members and M the number returned',
  flags: ['readonly'],
  history: [['6.2.0', 'Added the `REV`, `BYSCORE`, `BYLEX` and `LIMIT` options.']],
  args: {
    key: arg.key({ access: 'RO' }),
    start: arg.string(),
    stop: arg.string(),
    sortby: arg.optional(arg.oneOf({ byscore: arg.token('BYSCORE'), bylex: arg.token('BYLEX') }, { since: '6.2.0' })),
    rev: arg.flag('REV', { since: '6.2.0' }),
    limit: limitArgument({ since: '6.2.0' }),
    withscores: arg.flag('WITHSCORES'),
  },
  reply: membersReply,
  raw(call) {
    replyRange(call, {})
  },
})
