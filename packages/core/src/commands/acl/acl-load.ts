import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'ACL LOAD',
  summary: 'Reads the users from the ACL file again, all of them or, when there is a mistake in it, none.',
  since: '6.0.0',
  group: 'server',
  complexity: 'O(N). Where N is the number of configured users.',
  flags: ['admin', 'noscript', 'loading', 'stale', 'sentinel'],
  args: {},
  reply: reply.simple('OK'),
  raw(call) {
    const reason = call.engine.acl.load(call.session)
    if (reason === undefined) call.reply.ok()
    else call.reply.error(`ERR ${reason}`)
  },
})
