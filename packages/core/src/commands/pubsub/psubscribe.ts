import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { PATTERNS } from '../../engine/pubsub.ts'
import { subscribe } from './_subscribing.ts'

export default defineCoreCommand({
  name: 'PSUBSCRIBE',
  summary: 'Listens to all channels whose names fit one of the patterns.',
  since: '2.0.0',
  group: 'pubsub',
  complexity: 'O(N) where N is the number of patterns',
  flags: ['pubsub', 'noscript', 'loading', 'stale', 'sentinel'],
  channels: { index: 1, isRepeated: true, isPattern: true },
  args: { pattern: arg.repeated(arg.pattern()) },
  reply: reply.any('no reply, but a push for each: `psubscribe`, the name, how many there are now'),
  raw: (call) => subscribe(call, PATTERNS),
})
