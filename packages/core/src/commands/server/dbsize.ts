import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'DBSIZE',
  summary: 'Returns the number of keys in the database, those that expired but are not deleted yet among them.',
  since: '1.0.0',
  group: 'server',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  acl: ['keyspace'],
  tips: ['request_policy:all_shards', 'response_policy:agg_sum'],
  args: {},
  reply: reply.integer('number of keys'),
  raw(call) {
    call.reply.integer(call.db.size)
  },
})
