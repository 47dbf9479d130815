import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'MULTI',
  summary: 'Begins a transaction: what follows is queued until EXEC.',
  since: '1.2.0',
  group: 'transactions',
  complexity: 'O(1)',
  flags: ['noscript', 'loading', 'stale', 'fast', 'no_multi', 'allow_busy'],
  args: {},
  reply: reply.simple('OK, always'),
  raw(call) {
    call.engine.transactions.begin(call.session)
    call.reply.ok()
  },
})
