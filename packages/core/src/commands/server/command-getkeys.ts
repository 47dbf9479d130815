import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ASKED, askedArguments, readKeysAsked } from './_keys-asked.ts'

export default defineCoreCommand({
  name: 'COMMAND GETKEYS',
  summary: 'Returns the keys that a command given in full names.',
  since: '2.8.13',
  group: 'server',
  complexity: 'O(N) where N is the number of arguments to the command',
  flags: ['loading', 'stale', 'sentinel'],
  acl: ['connection'],
  args: askedArguments,
  reply: reply.list(reply.string('a key')),
  raw(call) {
    const keys = readKeysAsked(call)
    if (keys === undefined) return
    call.reply.array(keys.length)
    for (const { index } of keys) call.reply.bulk(call.buf, call.starts[ASKED + index], call.lengths[ASKED + index])
  },
})
