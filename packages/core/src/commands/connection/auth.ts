import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { authenticate, authenticateDefault } from './_authentication.ts'

export default defineCoreCommand({
  name: 'AUTH',
  summary: 'Authenticates the connection by a password.',
  since: '1.0.0',
  group: 'connection',
  complexity: 'O(N) where N is the number of passwords of the user',
  flags: ['noscript', 'loading', 'stale', 'fast', 'no_auth', 'sentinel', 'allow_busy'],
  history: [['6.0.0', 'Takes the name of a user.']],
  args: { username: arg.optional(arg.string({ since: '6.0.0' })), password: arg.string() },
  reply: reply.simple('OK'),
  raw(call) {
    if (call.argc > 3) return call.syntaxError()
    if (call.argc === 2) return authenticateDefault(call, 1)
    if (authenticate(call, call.argLatin1(1), 2)) call.reply.ok()
  },
})
