import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'SLOWLOG LEN',
  summary: 'Tells how many entries the slow log has.',
  since: '2.2.12',
  group: 'server',
  complexity: 'O(1)',
  flags: ['admin', 'loading', 'stale'],
  tips: ['request_policy:all_nodes', 'response_policy:agg_sum', 'nondeterministic_output'],
  args: {},
  reply: reply.integer('entries'),
  raw(call) {
    call.reply.integer(call.engine.observer.slow.count)
  },
})
