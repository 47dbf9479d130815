import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'CLIENT CAPA',
  summary: 'Tells the server what the client can do; words that it does not know are passed over.',
  since: '8.0.0',
  group: 'connection',
  complexity: 'O(1)',
  flags: ['allow_busy', 'noscript', 'loading', 'stale'],
  args: { capability: arg.repeated(arg.string()) },
  reply: reply.simple('OK'),
  raw(call) {
    for (let i = 2; i < call.argc; i++) if (call.argIs(i, 'redirect')) call.session.capabilities = 'r'
    call.reply.ok()
  },
})
