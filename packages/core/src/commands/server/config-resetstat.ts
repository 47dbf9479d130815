import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { everyCommand } from './_every-command.ts'

export default defineCoreCommand({
  name: 'CONFIG RESETSTAT',
  summary: "Sets the server's statistics to zero.",
  since: '2.0.0',
  group: 'server',
  complexity: 'O(1)',
  flags: ['admin', 'noscript', 'loading', 'stale'],
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  args: {},
  reply: reply.simple('OK'),
  raw(call) {
    call.engine.stats.reset()
    call.engine.observer.modules.clear()
    for (const command of everyCommand(call.engine.commands)) {
      command.calls = 0
      command.timeUs = 0
      command.rejectedCalls = 0
      command.failedCalls = 0
      command.latencies?.clear()
    }
    call.reply.ok()
  },
})
