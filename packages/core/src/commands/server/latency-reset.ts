import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'LATENCY RESET',
  summary: 'Forgets the samples of some events, or of all.',
  since: '2.8.13',
  group: 'server',
  complexity: 'O(1)',
  flags: ['admin', 'noscript', 'loading', 'stale'],
  tips: ['request_policy:all_nodes', 'response_policy:agg_sum'],
  args: { event: arg.optional(arg.repeated(arg.string())) },
  reply: reply.integer('events that there were samples of'),
  raw(call) {
    const { latency } = call.engine.observer
    if (call.argc === 2) return call.reply.integer(latency.resetAll())
    let count = 0
    for (let i = 2; i < call.argc; i++) if (latency.reset(call.argLatin1(i))) count++
    call.reply.integer(count)
  },
})
