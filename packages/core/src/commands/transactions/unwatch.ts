import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'UNWATCH',
  summary: 'Forgets the keys that are watched.',
  since: '2.2.0',
  group: 'transactions',
  complexity: 'O(1)',
  flags: ['noscript', 'loading', 'stale', 'fast', 'allow_busy'],
  args: {},
  reply: reply.simple('OK, always'),
  raw(call) {
    call.engine.transactions.unwatch(call.session)
    call.reply.ok()
  },
})
