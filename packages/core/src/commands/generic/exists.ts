import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'EXISTS',
  summary: 'Counts how many of the keys exist. A key given twice is counted twice.',
  since: '1.0.0',
  group: 'generic',
  complexity: 'O(N) where N is the number of keys',
  flags: ['readonly', 'fast'],
  acl: ['keyspace'],
  tips: ['request_policy:multi_shard', 'response_policy:agg_sum'],
  history: [['3.0.3', 'Takes several keys.']],
  args: { key: arg.repeated(arg.key({ access: 'RO', flags: [] })) },
  reply: reply.integer('number of keys that exist'),
  raw(call) {
    let found = 0
    for (let i = 1; i < call.argc; i++) if (call.lookupQuietly(i) !== 0) found++
    call.reply.integer(found)
  },
})
