import { reply } from '@kvasir/module-api'
import { clientLine } from '../../engine/client-line.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'CLIENT INFO',
  summary: 'Returns facts about the connection, in the form of CLIENT LIST.',
  since: '6.2.0',
  group: 'connection',
  complexity: 'O(1)',
  flags: ['noscript', 'loading', 'stale', 'sentinel'],
  tips: ['nondeterministic_output'],
  args: {},
  reply: reply.string('one line of `field=value`'),
  raw(call) {
    call.reply.verbatim('txt', `${clientLine(call.session)}\n`)
  },
})
