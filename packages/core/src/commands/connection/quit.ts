import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'QUIT',
  summary: 'Closes the connection; what was sent behind it is not run.',
  since: '1.0.0',
  group: 'connection',
  complexity: 'O(1)',
  flags: ['allow_busy', 'noscript', 'loading', 'stale', 'fast', 'no_auth'],
  arity: -1,
  args: {},
  reply: reply.simple('OK'),
  raw(call) {
    call.session.closing = true
    call.reply.ok()
  },
})
