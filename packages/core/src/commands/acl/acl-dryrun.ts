import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import type { Command } from '../../engine/command.ts'
import { RequestWords } from '../../engine/command-keys.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { wrongArity } from '../../engine/errors.ts'
import { fromLatin1 } from '../../structures/bytes.ts'

/** Where the command asked about begins. */
const ASKED = 3

export default defineCoreCommand({
  name: 'ACL DRYRUN',
  summary: 'Tells whether a user may run a command, without running it.',
  since: '7.0.0',
  group: 'server',
  complexity: 'O(1).',
  flags: ['admin', 'noscript', 'loading', 'stale', 'sentinel'],
  args: { username: arg.string(), command: arg.string(), arg: arg.optional(arg.repeated(arg.string())) },
  reply: reply.oneOf([reply.simple('OK'), reply.string('why the user may not')]),
  raw(call) {
    const { acl } = call.engine
    const user = acl.user(call.argLatin1(2))
    if (user === undefined) return call.reply.error(`ERR User '${call.argLatin1(2)}' not found`)
    const command = askedCommand(call)
    if (command === undefined) return call.reply.error(`ERR Command '${call.argLatin1(ASKED)}' not found`)
    const words = new RequestWords(call, ASKED)
    if (!command.arityFits(words.argc)) return call.reply.error(wrongArity(command.fullName))
    const denial = acl.dryRun(user, call.session, command, words)
    if (denial === undefined) call.reply.ok()
    else call.reply.bulk(fromLatin1(denial))
  },
})

function askedCommand(call: Call): Command | undefined {
  const { buf, starts, lengths, argc, engine } = call
  const command = engine.commands.find(buf, starts[ASKED], lengths[ASKED])
  if (command?.subcommands === undefined || argc === ASKED + 1) return command
  return command.subcommands.find(buf, starts[ASKED + 1], lengths[ASKED + 1])
}
