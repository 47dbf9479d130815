import { arg, reply } from '@kvasir/module-api'
import { commandInfo } from '../../engine/command-docs.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { writeReply } from '../../engine/reply-value.ts'
import { namedCommand } from './_named-command.ts'

export default defineCoreCommand({
  name: 'COMMAND INFO',
  summary: 'Returns facts about the commands named, or about all.',
  since: '2.8.13',
  group: 'server',
  complexity: 'O(N) where N is the number of commands asked for',
  flags: ['loading', 'stale', 'sentinel'],
  acl: ['connection'],
  tips: ['nondeterministic_output_order'],
  history: [['7.0.0', 'Takes names of subcommands, and no names at all.']],
  args: { commandName: arg.optional(arg.repeated(arg.string())) },
  reply: reply.list(
    reply.oneOf([
      reply.array([], 'name, arity, flags, key positions, ACL categories, tips, key specs, subcommands'),
      reply.nil('there is no such command'),
    ]),
  ),
  raw(call) {
    const { commands } = call.engine
    if (call.argc === 2) {
      call.reply.array(commands.size)
      for (const command of commands.values()) writeReply(call.reply, commandInfo(command))
      return
    }
    call.reply.array(call.argc - 2)
    for (let i = 2; i < call.argc; i++) {
      const command = namedCommand(call, i)
      if (command === undefined) call.reply.nil()
      else writeReply(call.reply, commandInfo(command))
    }
  },
})
