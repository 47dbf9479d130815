import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { CHANNELS } from '../../engine/pubsub.ts'
import { countListeners } from './_listing.ts'

export default defineCoreCommand({
  name: 'PUBSUB NUMSUB',
  summary: 'Tells how many clients listen to each of some channels; those with patterns are not counted.',
  since: '2.8.0',
  group: 'pubsub',
  complexity: 'O(N) where N is the number of channels',
  flags: ['pubsub', 'loading', 'stale'],
  args: { channel: arg.optional(arg.repeated(arg.string())) },
  reply: reply.list(reply.any('channels, each with a number behind it')),
  raw: (call) => countListeners(call, CHANNELS),
})
