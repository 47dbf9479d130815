import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { SHARD_CHANNELS } from '../../engine/pubsub.ts'
import { listNames } from './_listing.ts'

export default defineCoreCommand({
  name: 'PUBSUB SHARDCHANNELS',
  summary: 'Lists the shard channels that somebody listens to.',
  since: '7.0.0',
  group: 'pubsub',
  complexity: 'O(N) where N is the number of shard channels',
  flags: ['pubsub', 'loading', 'stale'],
  args: { pattern: arg.optional(arg.pattern()) },
  reply: reply.list(reply.string()),
  raw: (call) => listNames(call, SHARD_CHANNELS),
})
