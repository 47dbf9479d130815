import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'DISCARD',
  summary: 'Ends a transaction without running what was queued.',
  since: '2.0.0',
  group: 'transactions',
  complexity: 'O(N) where N is the number of queued commands',
  flags: ['noscript', 'loading', 'stale', 'fast', 'allow_busy'],
  args: {},
  reply: reply.simple('OK'),
  raw(call) {
    const { session, engine, reply: out } = call
    if (session.transaction === undefined) return out.error('ERR DISCARD without MULTI')
    engine.transactions.end(session)
    out.ok()
  },
})
