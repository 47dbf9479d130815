import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'ACL SETUSER',
  summary: 'Makes or changes a user by rules, by all of them or by none.',
  since: '6.0.0',
  group: 'server',
  complexity: 'O(N). Where N is the number of rules provided.',
  flags: ['admin', 'noscript', 'loading', 'stale', 'sentinel'],
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  history: [
    ['6.2.0', 'Rules about channels.'],
    ['7.0.0', 'Selectors, and keys that may be read or written only.'],
    ['9.1.0', 'Rules about databases.'],
  ],
  args: { username: arg.string(), rule: arg.optional(arg.repeated(arg.string())) },
  reply: reply.simple('OK'),
  raw(call) {
    const rules = Array.from({ length: call.argc - 3 }, (_, i) => call.argLatin1(3 + i))
    const error = call.engine.acl.setUser(call.argLatin1(2), rules, call.session)
    if (error === undefined) call.reply.ok()
    else call.reply.error(error)
  },
})
