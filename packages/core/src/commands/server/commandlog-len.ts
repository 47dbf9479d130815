import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { logOf } from './_command-log.ts'

export default defineCoreCommand({
  name: 'COMMANDLOG LEN',
  summary: 'Tells how many entries a command log has.',
  since: '8.1.0',
  group: 'server',
  complexity: 'O(1)',
  flags: ['admin', 'loading', 'stale'],
  tips: ['request_policy:all_nodes', 'response_policy:agg_sum', 'nondeterministic_output'],
  args: {
    type: arg.oneOf({
      slow: arg.token('slow'),
      largeRequest: arg.token('large-request'),
      largeReply: arg.token('large-reply'),
    }),
  },
  reply: reply.integer('entries'),
  raw(call) {
    const log = logOf(call, 2)
    if (log !== undefined) call.reply.integer(log.count)
  },
})
