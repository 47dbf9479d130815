import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { fromLatin1 } from '../../structures/bytes.ts'

export default defineCoreCommand({
  name: 'ACL WHOAMI',
  summary: 'Returns the name of the user that the connection is logged in as.',
  since: '6.0.0',
  group: 'server',
  complexity: 'O(1)',
  flags: ['noscript', 'loading', 'stale', 'sentinel'],
  args: {},
  reply: reply.string("the user's name"),
  raw(call) {
    call.reply.bulk(fromLatin1(call.session.user.name))
  },
})
