import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'TOUCH',
  summary: 'Notes an access to one or more keys, and counts those that exist.',
  since: '3.2.1',
  group: 'generic',
  complexity: 'O(N) where N is the number of keys',
  flags: ['readonly', 'fast'],
  acl: ['keyspace'],
  tips: ['request_policy:multi_shard', 'response_policy:agg_sum'],
  args: { key: arg.repeated(arg.key({ access: 'RO', flags: [] })) },
  reply: reply.integer('number of keys that exist'),
  raw(call) {
    let found = 0
    for (let i = 1; i < call.argc; i++) {
      const address = call.lookupQuietly(i)
      if (address === 0) continue
      // Whatever CLIENT NO-TOUCH says: this is what the command is for.
      call.db.touch(address)
      found++
    }
    call.reply.integer(found)
  },
})
