import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { membersReply } from './_range-reply.ts'
import { readOperation, union } from './_sources.ts'
import { replyResult } from './_store.ts'

export default defineCoreCommand({
  name: 'ZUNION',
  summary: 'Returns the union of sorted sets and sets.',
  since: '6.2.0',
  group: 'sorted_set',
  complexity: 'O(N)+O(M*log(M)) where N is the number of members of all keys and M that of the result',
  flags: ['readonly'],
  args: {
    key: arg.counted(arg.key({ access: 'RO' })),
    weight: arg.optional(arg.after('WEIGHTS', arg.repeated(arg.integer()))),
    aggregate: arg.optional(
      arg.after('AGGREGATE', arg.oneOf({ sum: arg.token('SUM'), min: arg.token('MIN'), max: arg.token('MAX') })),
    ),
    withscores: arg.flag('WITHSCORES'),
  },
  reply: membersReply,
  raw(call) {
    const operation = readOperation(call, 1, { scores: true, weights: true })
    if (operation !== undefined) replyResult(call, union(call, operation), operation.withScores)
  },
})
