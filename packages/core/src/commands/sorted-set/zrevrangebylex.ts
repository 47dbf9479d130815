import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { BY_LEX } from './_range.ts'
import { limitArgument, membersReply, replyRange } from './_range-reply.ts'

export default defineCoreCommand({
  name: 'ZREVRANGEBYLEX',
  summary: 'Returns members of a sorted set within a range of bytes, the last first.',
  since: '2.8.9',
  group: 'sorted_set',
  complexity: 'O(log(N)+M) where N is the number of members and M the number returned',
  flags: ['readonly'],
  args: { key: arg.key({ access: 'RO' }), max: arg.string(), min: arg.string(), limit: limitArgument() },
  reply: membersReply,
  raw(call) {
    replyRange(call, { kind: BY_LEX, isReverse: true })
  },
})
