import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import type { Command } from '../../engine/command.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { fromLatin1 } from '../../structures/bytes.ts'
import { globMatch } from '../../structures/glob.ts'

export default defineCoreCommand({
  name: 'COMMAND LIST',
  summary: 'Returns the names of commands and subcommands.',
  since: '7.0.0',
  group: 'server',
  complexity: 'O(N) where N is the number of commands',
  flags: ['loading', 'stale', 'sentinel'],
  acl: ['connection'],
  tips: ['nondeterministic_output_order'],
  args: {
    filterby: arg.optional(
      arg.after(
        'FILTERBY',
        arg.oneOf({
          moduleName: arg.after('MODULE', arg.string()),
          category: arg.after('ACLCAT', arg.string()),
          pattern: arg.after('PATTERN', arg.pattern()),
        }),
      ),
    ),
  },
  reply: reply.list(reply.string('a name, subcommands as `client|list`')),
  raw(call) {
    const filter = readFilter(call)
    if (filter === undefined) return call.syntaxError()
    const names: string[] = []
    for (const command of call.engine.commands.values()) {
      for (const each of [command, ...(command.subcommands?.values() ?? [])]) {
        if (filter(each)) names.push(each.fullName)
      }
    }
    call.reply.array(names.length)
    for (const name of names) call.reply.bulkString(name)
  },
})

/** @returns undefined for a syntax error */
function readFilter(call: Call): ((command: Command) => boolean) | undefined {
  if (call.argc === 2) return () => true
  if (call.argc !== 5 || !call.argIs(2, 'filterby')) return undefined
  const value = call.argLatin1(4)
  if (call.argIs(3, 'module')) return (command) => command.module === value
  if (call.argIs(3, 'aclcat')) return (command) => command.aclCategories.includes(value.toLowerCase())
  if (!call.argIs(3, 'pattern')) return undefined
  const pattern = call.argBytes(4)
  return ({ fullName }) => globMatch(pattern, fromLatin1(fullName), 0, fullName.length, true)
}
