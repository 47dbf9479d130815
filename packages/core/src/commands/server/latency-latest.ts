import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'LATENCY LATEST',
  summary: 'Returns the last sample of each event, and what all of them came to.',
  since: '2.8.13',
  group: 'server',
  complexity: 'O(1)',
  flags: ['admin', 'noscript', 'loading', 'stale'],
  tips: ['nondeterministic_output', 'request_policy:all_nodes', 'response_policy:special'],
  args: {},
  reply: reply.list(
    reply.list(reply.any()),
    'event, seconds since 1970, milliseconds, the worst ever, their sum and their number of each',
  ),
  raw(call) {
    const { reply: out } = call
    const all = [...call.engine.observer.latency.all()]
    out.array(all.length)
    for (const [event, { samples, worstMs, totalMs, count }] of all) {
      const { atSeconds, ms } = samples[samples.length - 1]
      out.array(6)
      out.bulkString(event)
      for (const figure of [atSeconds, ms, worstMs, totalMs, count]) out.integer(figure)
    }
  },
})
