import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'LATENCY HISTORY',
  summary: 'Returns the samples of an event.',
  since: '2.8.13',
  group: 'server',
  complexity: 'O(1)',
  flags: ['admin', 'noscript', 'loading', 'stale'],
  tips: ['nondeterministic_output', 'request_policy:all_nodes', 'response_policy:special'],
  args: { event: arg.string() },
  reply: reply.list(reply.list(reply.integer()), 'seconds since 1970, milliseconds of each'),
  raw(call) {
    const samples = call.engine.observer.latency.series(call.argLatin1(2))?.samples ?? []
    call.reply.array(samples.length)
    for (const { atSeconds, ms } of samples) {
      call.reply.array(2)
      call.reply.integer(atSeconds)
      call.reply.integer(ms)
    }
  },
})
