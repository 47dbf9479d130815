/** The keys of the command that stands in the arguments of COMMAND GETKEYS and GETKEYSANDFLAGS. */

import { arg, type FoundKey } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { keysOf, namesKeys, RequestWords } from '../../engine/command-keys.ts'

/** Where the command asked about begins. */
export const ASKED = 2

export const askedArguments = { command: arg.string(), arg: arg.optional(arg.repeated(arg.string())) } as const

/** @returns undefined after the error */
export function readKeysAsked(call: Call): readonly FoundKey[] | undefined {
  const { buf, starts, lengths, engine, reply } = call
  const words = new RequestWords(call, ASKED)
  let command = engine.commands.find(buf, starts[ASKED], lengths[ASKED])
  if (command?.subcommands !== undefined && words.argc > 1) {
    command = command.subcommands.find(buf, starts[ASKED + 1], lengths[ASKED + 1])
  }
  if (command === undefined) return void reply.error('ERR Invalid command specified')
  if (!namesKeys(command)) return void reply.error('ERR The command has no key arguments')
  if (!command.arityFits(words.argc)) return void reply.error('ERR Invalid number of arguments specified for command')
  const keys = keysOf(command, words) ?? []
  if (keys.length === 0 && !command.flags.has('no_mandatory_keys')) {
    return void reply.error('ERR Invalid arguments specified for command')
  }
  return keys
}
