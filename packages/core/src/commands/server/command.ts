import { reply } from '@kvasir/module-api'
import { commandInfo } from '../../engine/command-docs.ts'
import { defineCoreContainer } from '../../engine/core-command.ts'
import { writeReply } from '../../engine/reply-value.ts'

export default defineCoreContainer({
  name: 'COMMAND',
  summary: 'Returns facts about all commands.',
  since: '2.8.13',
  group: 'server',
  complexity: 'O(N) where N is the number of commands',
  flags: ['loading', 'stale', 'sentinel'],
  acl: ['connection'],
  tips: ['nondeterministic_output_order'],
  help: { since: '5.0.0' },
  reply: reply.list(reply.array([], 'name, arity, flags, key positions, ACL categories, tips, key specs, subcommands')),
  raw(call) {
    const { commands } = call.engine
    call.reply.array(commands.size)
    for (const command of commands.values()) writeReply(call.reply, commandInfo(command))
  },
})
