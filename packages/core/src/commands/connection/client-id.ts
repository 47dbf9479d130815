import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'CLIENT ID',
  summary: "Returns the connection's number, which no other connection of this server ever has.",
  since: '5.0.0',
  group: 'connection',
  complexity: 'O(1)',
  flags: ['allow_busy', 'noscript', 'loading', 'stale', 'sentinel'],
  args: {},
  reply: reply.integer('the number'),
  raw(call) {
    call.reply.integer(call.session.id)
  },
})
