import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { CHANNELS } from '../../engine/pubsub.ts'
import { subscribe } from './_subscribing.ts'

export default defineCoreCommand({
  name: 'SUBSCRIBE',
  summary: 'Listens to channels.',
  since: '2.0.0',
  group: 'pubsub',
  complexity: 'O(N) where N is the number of channels',
  flags: ['pubsub', 'noscript', 'loading', 'stale', 'sentinel'],
  channels: { index: 1, isRepeated: true },
  args: { channel: arg.repeated(arg.string()) },
  reply: reply.any('no reply, but a push for each: `subscribe`, the name, how many there are now'),
  raw: (call) => subscribe(call, CHANNELS),
})
