import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { latencyGraph } from './_latency-graph.ts'

export default defineCoreCommand({
  name: 'LATENCY GRAPH',
  summary: 'Draws the samples of an event.',
  since: '2.8.13',
  group: 'server',
  complexity: 'O(1)',
  flags: ['admin', 'noscript', 'loading', 'stale'],
  tips: ['nondeterministic_output', 'request_policy:all_nodes', 'response_policy:special'],
  args: { event: arg.string() },
  reply: reply.string('the drawing'),
  raw(call) {
    const event = call.argLatin1(2)
    const series = call.engine.observer.latency.series(event)
    if (series === undefined) return call.reply.error(`ERR No samples available for event '${event}'`)
    call.reply.verbatim('txt', latencyGraph(event, series, Math.floor(call.engine.nowMs / 1000)))
  },
})
