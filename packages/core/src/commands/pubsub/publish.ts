import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'PUBLISH',
  summary: 'Sends a message to those who listen to a channel.',
  since: '2.0.0',
  group: 'pubsub',
  complexity: 'O(N+M) where N is the number of subscribers of the channel and M the number of all patterns',
  flags: ['pubsub', 'loading', 'stale', 'fast', 'may_replicate', 'sentinel'],
  channels: { index: 1 },
  args: { channel: arg.string(), message: arg.string() },
  reply: reply.integer('how many get it; a client that listens in several ways gets it as often'),
  raw(call) {
    call.reply.integer(call.engine.pubsub.publish(call.argView(1), call.argView(2)))
  },
})
