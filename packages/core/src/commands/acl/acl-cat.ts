import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { refuseArguments } from './_wrong-arguments.ts'

export default defineCoreCommand({
  name: 'ACL CAT',
  summary: 'Lists the ACL categories, or the commands of one.',
  since: '6.0.0',
  group: 'server',
  complexity: 'O(1) since the categories and commands are a fixed set.',
  flags: ['noscript', 'loading', 'stale', 'sentinel'],
  args: { category: arg.optional(arg.string()) },
  reply: reply.list(reply.string('a category, or a command, subcommands as `client|list`')),
  raw(call) {
    const { acl } = call.engine
    if (call.argc > 3) return refuseArguments(call)
    const asked = call.argc === 2 ? undefined : call.argLatin1(2)
    const category = asked?.toLowerCase() ?? ''
    if (asked !== undefined && !acl.isCategory(category)) return call.reply.error(`ERR Unknown category '${asked}'`)
    const commands = [...acl.commands.values()].filter(({ aclCategories }) => aclCategories.includes(category))
    const names = asked === undefined ? acl.categories() : commands.map(({ fullName }) => fullName)
    call.reply.array(names.length)
    for (const name of names) call.reply.bulkString(name)
  },
})
