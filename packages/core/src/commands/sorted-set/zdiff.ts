import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { membersReply } from './_range-reply.ts'
import { difference, readOperation } from './_sources.ts'
import { replyResult } from './_store.ts'

export default defineCoreCommand({
  name: 'ZDIFF',
  summary: 'Returns the difference between the first sorted set or set and the others.',
  since: '6.2.0',
  group: 'sorted_set',
  complexity: 'O(N*K)+O(M*log(M)) where N is the size of the first of K keys and M that of the result',
  flags: ['readonly'],
  args: { key: arg.counted(arg.key({ access: 'RO' })), withscores: arg.flag('WITHSCORES') },
  reply: membersReply,
  raw(call) {
    const operation = readOperation(call, 1, { scores: true })
    if (operation !== undefined) replyResult(call, difference(call, operation), operation.withScores)
  },
})
