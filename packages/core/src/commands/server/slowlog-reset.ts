import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'SLOWLOG RESET',
  summary: 'Empties the slow log.',
  since: '2.2.12',
  group: 'server',
  complexity: 'O(N) where N is the number of entries in the slowlog',
  flags: ['admin', 'loading', 'stale'],
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  args: {},
  reply: reply.simple('OK'),
  raw(call) {
    call.engine.observer.slow.clear()
    call.reply.ok()
  },
})
