import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'WATCH',
  summary: 'Makes the next EXEC do nothing if one of these keys changes before.',
  since: '2.2.0',
  group: 'transactions',
  complexity: 'O(1) for every key',
  flags: ['noscript', 'loading', 'stale', 'fast', 'no_multi', 'allow_busy'],
  args: { key: arg.repeated(arg.key({ access: 'RO', flags: [] })) },
  reply: reply.simple('OK, always'),
  raw(call) {
    for (let i = 1; i < call.argc; i++) call.engine.transactions.watch(call, i)
    call.reply.ok()
  },
})
