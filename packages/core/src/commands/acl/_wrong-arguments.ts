import type { Call } from '../../engine/call.ts'

/** What ACL subcommands with optional arguments say of too many. */
export function refuseArguments(call: Call): void {
  const name = call.argLatin1(1)
  call.reply.error(`ERR unknown subcommand or wrong number of arguments for '${name}'. Try ACL HELP.`)
}
