import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { hasUnprintable, UNPRINTABLE_NAME } from './_printable-text.ts'

export default defineCoreCommand({
  name: 'CLIENT SETNAME',
  summary: 'Names the connection; an empty name takes its name away.',
  since: '2.6.9',
  group: 'connection',
  complexity: 'O(1)',
  flags: ['allow_busy', 'noscript', 'loading', 'stale', 'sentinel'],
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  args: { connectionName: arg.string() },
  reply: reply.simple('OK'),
  raw(call) {
    if (hasUnprintable(call, 2)) return call.reply.error(UNPRINTABLE_NAME)
    call.engine.clientBuffers.setText(call.session, 'name', call.argLatin1(2))
    call.reply.ok()
  },
})
