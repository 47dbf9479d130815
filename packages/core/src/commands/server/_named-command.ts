import type { Call } from '../../engine/call.ts'
import type { Command } from '../../engine/command.ts'

/** The command that an argument names, as `get` or `client|list`, in any case. */
export function namedCommand(call: Call, index: number): Command | undefined {
  const [name, subcommand, ...rest] = call.argLatin1(index).toLowerCase().split('|')
  if (rest.length > 0) return undefined
  const command = call.engine.commands.get(name)
  return subcommand === undefined ? command : command?.subcommands?.get(subcommand)
}
