import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { logOf } from './_command-log.ts'

export default defineCoreCommand({
  name: 'COMMANDLOG RESET',
  summary: 'Empties a command log.',
  since: '8.1.0',
  group: 'server',
  complexity: 'O(N) where N is the number of entries in the commandlog',
  flags: ['admin', 'loading', 'stale'],
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  args: {
    type: arg.oneOf({
      slow: arg.token('slow'),
      largeRequest: arg.token('large-request'),
      largeReply: arg.token('large-reply'),
    }),
  },
  reply: reply.simple('OK'),
  raw(call) {
    const log = logOf(call, 2)
    if (log === undefined) return
    log.clear()
    call.reply.ok()
  },
})
