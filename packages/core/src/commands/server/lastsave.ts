import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'LASTSAVE',
  summary: 'Returns when the dataset was last saved successfully.',
  since: '1.0.0',
  group: 'server',
  complexity: 'O(1)',
  flags: ['loading', 'stale', 'fast'],
  acl: ['admin', 'dangerous'],
  tips: ['nondeterministic_output'],
  args: {},
  reply: reply.integer('seconds since 1970; the start of the server when nothing was saved since'),
  raw(call) {
    call.reply.integer(Math.floor(call.engine.lastSaveMs / 1000))
  },
})
