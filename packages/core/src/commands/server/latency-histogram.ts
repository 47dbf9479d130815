import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import type { Command } from '../../engine/command.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import type { LatencyHistogram } from '../../engine/observation/latency-histogram.ts'
import { everyCommand } from './_every-command.ts'
import { namedCommand } from './_named-command.ts'

export default defineCoreCommand({
  name: 'LATENCY HISTOGRAM',
  summary: 'Tells for some commands, or for all, how many of their calls took how long.',
  since: '7.0.0',
  group: 'server',
  complexity: 'O(N) where N is the number of commands with latency information being retrieved.',
  flags: ['admin', 'noscript', 'loading', 'stale'],
  tips: ['nondeterministic_output', 'request_policy:all_nodes', 'response_policy:special'],
  args: { command: arg.optional(arg.repeated(arg.string({ docsName: 'COMMAND' }))) },
  reply: reply.map(reply.any(), '`calls`, and by bounds in microseconds those up to them, for each command'),
  raw(call) {
    const found: (readonly [name: string, latencies: LatencyHistogram])[] = []
    for (const { fullName, latencies } of askedCommands(call)) {
      if (latencies !== undefined && latencies.count > 0) found.push([fullName, latencies])
    }
    call.reply.map(found.length)
    for (const [name, latencies] of found) writeHistogram(call, name, latencies)
  },
})

/** Those that are named, with their subcommands; a name that no command has is passed over. */
function* askedCommands(call: Call): Generator<Command> {
  const { engine } = call
  if (!engine.observer.tracksLatency) return
  if (call.argc === 2) return yield* everyCommand(engine.commands)
  for (let i = 2; i < call.argc; i++) {
    const command = namedCommand(call, i)
    if (command === undefined) continue
    yield command
    if (command.subcommands !== undefined) yield* everyCommand(command.subcommands)
  }
}

function writeHistogram({ reply: out }: Call, name: string, latencies: LatencyHistogram): void {
  const bounds = latencies.cumulative()
  out.bulkString(name)
  out.map(2)
  out.bulkString('calls')
  out.integer(latencies.count)
  out.bulkString('histogram_usec')
  out.map(bounds.length)
  for (const [boundUs, calls] of bounds) {
    out.integer(boundUs)
    out.integer(calls)
  }
}
