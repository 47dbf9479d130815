import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { SHARD_CHANNELS } from '../../engine/pubsub.ts'
import { countListeners } from './_listing.ts'

export default defineCoreCommand({
  name: 'PUBSUB SHARDNUMSUB',
  summary: 'Tells how many clients listen to each of some shard channels.',
  since: '7.0.0',
  group: 'pubsub',
  complexity: 'O(N) where N is the number of shard channels',
  flags: ['pubsub', 'loading', 'stale'],
  args: { shardchannel: arg.optional(arg.repeated(arg.string())) },
  reply: reply.list(reply.any('shard channels, each with a number behind it')),
  raw: (call) => countListeners(call, SHARD_CHANNELS),
})
