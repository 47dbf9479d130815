import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'COMMAND COUNT',
  summary: 'Returns the number of commands; subcommands do not count.',
  since: '2.8.13',
  group: 'server',
  complexity: 'O(1)',
  flags: ['loading', 'stale', 'sentinel'],
  acl: ['connection'],
  args: {},
  reply: reply.integer('the number'),
  raw(call) {
    call.reply.integer(call.engine.commands.size)
  },
})
