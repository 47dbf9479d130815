import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'CLIENT GETREDIR',
  summary: "Returns the number of the connection that gets this one's invalidation messages.",
  since: '6.0.0',
  group: 'connection',
  complexity: 'O(1)',
  flags: ['allow_busy', 'noscript', 'loading', 'stale', 'sentinel'],
  args: {},
  reply: reply.integer('the number; 0 when tracking is on without redirection, -1 when it is off'),
  raw(call) {
    call.reply.integer(call.session.tracking?.redirect ?? -1)
  },
})
