import { reply } from '@kvasir/module-api'
import { keyFlags } from '../../engine/command-docs.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ASKED, askedArguments, readKeysAsked } from './_keys-asked.ts'

export default defineCoreCommand({
  name: 'COMMAND GETKEYSANDFLAGS',
  summary: 'Returns the keys that a command given in full names, and what it does to each.',
  since: '7.0.0',
  group: 'server',
  complexity: 'O(N) where N is the number of arguments to the command',
  flags: ['loading', 'stale', 'sentinel'],
  acl: ['connection'],
  args: askedArguments,
  reply: reply.list(reply.array([reply.string('a key'), reply.set(reply.simple('a flag of its key spec'))])),
  raw(call) {
    const keys = readKeysAsked(call)
    if (keys === undefined) return
    const { reply: out } = call
    out.array(keys.length)
    for (const key of keys) {
      out.array(2)
      out.bulk(call.buf, call.starts[ASKED + key.index], call.lengths[ASKED + key.index])
      const flags = keyFlags(key)
      out.set(flags.length)
      for (const flag of flags) out.simple(flag)
    }
  },
})
