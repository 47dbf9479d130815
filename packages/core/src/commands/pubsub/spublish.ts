import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'SPUBLISH',
  summary: 'Sends a message to those who listen to a shard channel.',
  since: '7.0.0',
  group: 'pubsub',
  complexity: 'O(N) where N is the number of subscribers of the shard channel',
  flags: ['pubsub', 'loading', 'stale', 'fast', 'may_replicate'],
  keySpecs: [
    {
      flags: ['not_key'],
      beginSearch: { type: 'index', pos: 1 },
      findKeys: { type: 'range', lastKey: 0, step: 1, limit: 0 },
    },
  ],
  channels: { index: 1 },
  args: { shardchannel: arg.string(), message: arg.string() },
  reply: reply.integer('how many get it'),
  raw(call) {
    call.reply.integer(call.engine.pubsub.publishToShard(call.argView(1), call.argView(2)))
  },
})
