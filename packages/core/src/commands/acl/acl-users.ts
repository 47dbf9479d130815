import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { fromLatin1 } from '../../structures/bytes.ts'

export default defineCoreCommand({
  name: 'ACL USERS',
  summary: 'Lists the names of the users.',
  since: '6.0.0',
  group: 'server',
  complexity: 'O(N). Where N is the number of configured users.',
  flags: ['admin', 'noscript', 'loading', 'stale', 'sentinel'],
  args: {},
  reply: reply.list(reply.string('a name')),
  raw(call) {
    const users = call.engine.acl.users()
    call.reply.array(users.length)
    for (const { name } of users) call.reply.bulk(fromLatin1(name))
  },
})
