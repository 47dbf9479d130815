import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { CHANNELS } from '../../engine/pubsub.ts'
import { unsubscribe } from './_subscribing.ts'

export default defineCoreCommand({
  name: 'UNSUBSCRIBE',
  summary: 'Listens to channels no more; without any, to none at all.',
  since: '2.0.0',
  group: 'pubsub',
  complexity: 'O(N) where N is the number of channels',
  flags: ['pubsub', 'noscript', 'loading', 'stale', 'sentinel'],
  args: { channel: arg.optional(arg.repeated(arg.string())) },
  reply: reply.any('no reply, but a push for each: `unsubscribe`, the name, how many there are now'),
  raw: (call) => unsubscribe(call, CHANNELS),
})
