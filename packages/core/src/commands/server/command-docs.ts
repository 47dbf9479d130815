import { arg, reply } from '@kvasir/module-api'
import { commandDocs } from '../../engine/command-docs.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { writeReply } from '../../engine/reply-value.ts'
import { namedCommand } from './_named-command.ts'

export default defineCoreCommand({
  name: 'COMMAND DOCS',
  summary: 'Returns the documentation of the commands named, or of all.',
  since: '7.0.0',
  group: 'server',
  complexity: 'O(N) where N is the number of commands asked for',
  flags: ['loading', 'stale', 'sentinel'],
  acl: ['connection'],
  tips: ['nondeterministic_output_order'],
  args: { commandName: arg.optional(arg.repeated(arg.string())) },
  reply: reply.map(reply.map(reply.any()), 'by name; names that no command has are left out'),
  raw(call) {
    const { engine, reply: out } = call
    const named = Array.from({ length: call.argc - 2 }, (_, i) => namedCommand(call, i + 2))
    const found = call.argc === 2 ? [...engine.commands.values()] : named.filter((command) => command !== undefined)
    out.map(found.length)
    for (const command of found) {
      out.bulkString(command.fullName)
      writeReply(out, commandDocs(command))
    }
  },
})
