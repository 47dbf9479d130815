import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { PATTERNS } from '../../engine/pubsub.ts'

export default defineCoreCommand({
  name: 'PUBSUB NUMPAT',
  summary: 'Tells how many patterns there are that somebody listens to.',
  since: '2.8.0',
  group: 'pubsub',
  complexity: 'O(1)',
  flags: ['pubsub', 'loading', 'stale'],
  args: {},
  reply: reply.integer('different patterns, however many clients each has'),
  raw(call) {
    call.reply.integer(call.engine.pubsub.nameCount(PATTERNS))
  },
})
