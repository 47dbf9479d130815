import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { CHANNELS } from '../../engine/pubsub.ts'
import { listNames } from './_listing.ts'

export default defineCoreCommand({
  name: 'PUBSUB CHANNELS',
  summary: 'Lists the channels that somebody listens to.',
  since: '2.8.0',
  group: 'pubsub',
  complexity: 'O(N) where N is the number of channels',
  flags: ['pubsub', 'loading', 'stale'],
  args: { pattern: arg.optional(arg.pattern()) },
  reply: reply.list(reply.string()),
  raw: (call) => listNames(call, CHANNELS),
})
