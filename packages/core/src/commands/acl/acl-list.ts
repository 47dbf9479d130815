import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { fromLatin1 } from '../../structures/bytes.ts'

export default defineCoreCommand({
  name: 'ACL LIST',
  summary: 'Lists the users with their rules, as an ACL file has them.',
  since: '6.0.0',
  group: 'server',
  complexity: 'O(N). Where N is the number of configured users.',
  flags: ['admin', 'noscript', 'loading', 'stale', 'sentinel'],
  args: {},
  reply: reply.list(reply.string('`user`, a name, rules')),
  raw(call) {
    const texts = call.engine.acl.texts()
    call.reply.array(texts.length)
    for (const text of texts) call.reply.bulk(fromLatin1(`user ${text}`))
  },
})
