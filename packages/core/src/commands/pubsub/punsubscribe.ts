import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { PATTERNS } from '../../engine/pubsub.ts'
import { unsubscribe } from './_subscribing.ts'

export default defineCoreCommand({
  name: 'PUNSUBSCRIBE',
  summary: 'Listens to channels that fit the patterns no more; without any, to no pattern at all.',
  since: '2.0.0',
  group: 'pubsub',
  complexity: 'O(N) where N is the number of patterns',
  flags: ['pubsub', 'noscript', 'loading', 'stale', 'sentinel'],
  args: { pattern: arg.optional(arg.repeated(arg.pattern())) },
  reply: reply.any('no reply, but a push for each: `punsubscribe`, the name, how many there are now'),
  raw: (call) => unsubscribe(call, PATTERNS),
})
