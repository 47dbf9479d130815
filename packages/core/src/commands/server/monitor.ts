import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'MONITOR',
  summary: 'Shows the connection every command that is run from now on.',
  since: '1.0.0',
  group: 'server',
  complexity: 'O(1)',
  flags: ['admin', 'noscript', 'loading', 'stale'],
  args: {},
  reply: reply.simple('OK, and a line for each command from then on'),
  raw(call) {
    const { session, reply: out, engine } = call
    if (!call.mayBlock) return out.error("ERR MONITOR isn't allowed for DENY BLOCKING client")
    // As in Valkey, a client that sees them already gets no answer.
    if (session.isMonitor) return
    engine.observer.monitors.add(session)
    out.ok()
  },
})
