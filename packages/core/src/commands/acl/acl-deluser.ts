import { arg, reply } from '@kvasir/module-api'
import { DEFAULT_USER_NAME } from '../../engine/acl/acl-user.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'ACL DELUSER',
  summary: 'Deletes users, and closes the connections that are logged in as one of them.',
  since: '6.0.0',
  group: 'server',
  complexity: 'O(1) amortized time considering the typical user.',
  flags: ['admin', 'noscript', 'loading', 'stale', 'sentinel'],
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  args: { username: arg.repeated(arg.string()) },
  reply: reply.integer('how many there were'),
  raw(call) {
    const names = Array.from({ length: call.argc - 2 }, (_, i) => call.argLatin1(2 + i))
    if (names.includes(DEFAULT_USER_NAME)) return call.reply.error("ERR The 'default' user cannot be removed")
    call.reply.integer(call.engine.acl.deleteUsers(names, call.session))
  },
})
