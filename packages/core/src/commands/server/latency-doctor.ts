import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import type { LatencyMonitor, LatencySeries } from '../../engine/observation/latency-monitor.ts'

/** What can be done about events of each kind. */
const ADVICE: readonly (readonly [events: readonly string[], advice: string])[] = [
  [
    ['command', 'fast-command'],
    'Commands: SLOWLOG GET shows which. Smaller collections, SCAN instead of KEYS, and fewer keys per command help.',
  ],
  [
    ['fast-command'],
    'Fast commands: they do little themselves, so that something else held the process up: another process on the ' +
      'machine, swapped memory, a virtual machine, or the collector of the JavaScript heap, which INFO memory shows.',
  ],
  [['expire-cycle'], 'Expiry: many keys end at the same time. Spread them, or lower active-expire-effort.'],
  [
    ['eviction-cycle'],
    'Eviction: memory is full. Raise maxmemory, or lower maxmemory-eviction-tenacity so that less is evicted at once.',
  ],
  [['active-defrag-cycle'], 'Defragmentation: very large collections are moved. Split them into smaller ones.'],
]

export default defineCoreCommand({
  name: 'LATENCY DOCTOR',
  summary: 'Returns a report on what took long, in plain words.',
  since: '2.8.13',
  group: 'server',
  complexity: 'O(1)',
  flags: ['admin', 'noscript', 'loading', 'stale'],
  tips: ['nondeterministic_output', 'request_policy:all_nodes', 'response_policy:special'],
  args: {},
  reply: reply.string('the report'),
  raw(call) {
    call.reply.verbatim('txt', `${report(call.engine.observer.latency).join('\n')}\n`)
  },
})

function report(latency: LatencyMonitor): string[] {
  const all = [...latency.all()]
  if (all.length === 0) {
    if (latency.isOn) return ['Nothing took longer than latency-monitor-threshold.']
    return ['The latency monitor is off. CONFIG SET latency-monitor-threshold <milliseconds> turns it on.']
  }
  const names = new Set(all.map(([event]) => event))
  const advice = ADVICE.filter(([events]) => events.some((event) => names.has(event)))
  return [...all.map(([event, series]) => finding(event, series)), '', ...advice.map(([, text]) => `- ${text}`)]
}

function finding(event: string, { samples, worstMs, totalMs, count }: LatencySeries): string {
  const averageMs = Math.floor(totalMs / count)
  const deviation = samples.reduce((sum, { ms }) => sum + Math.abs(ms - averageMs), 0) / samples.length
  const seconds = samples[samples.length - 1].atSeconds - samples[0].atSeconds
  const often = samples.length === 1 ? '' : `, one in ${(seconds / (samples.length - 1)).toFixed(1)} s`
  const mean = `${averageMs} ms on average, ${Math.floor(deviation)} ms mean deviation`
  return `- ${event}: ${count} times${often}; ${mean}, ${worstMs} ms at worst.`
}
