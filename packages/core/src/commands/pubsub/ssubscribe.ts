import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { SHARD_CHANNELS } from '../../engine/pubsub.ts'
import { subscribe } from './_subscribing.ts'

export default defineCoreCommand({
  name: 'SSUBSCRIBE',
  summary: 'Listens to shard channels.',
  since: '7.0.0',
  group: 'pubsub',
  complexity: 'O(N) where N is the number of shard channels',
  flags: ['pubsub', 'noscript', 'loading', 'stale'],
  keySpecs: [
    {
      flags: ['not_key'],
      beginSearch: { type: 'index', pos: 1 },
      findKeys: { type: 'range', lastKey: -1, step: 1, limit: 0 },
    },
  ],
  channels: { index: 1, isRepeated: true },
  args: { shardchannel: arg.repeated(arg.string()) },
  reply: reply.any('no reply, but a push for each: `ssubscribe`, the name, how many there are now'),
  raw: (call) => subscribe(call, SHARD_CHANNELS),
})
