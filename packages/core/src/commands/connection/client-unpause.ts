import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'CLIENT UNPAUSE',
  summary: 'Ends what CLIENT PAUSE began.',
  since: '6.2.0',
  group: 'connection',
  complexity: 'O(N) Where N is the number of paused clients',
  flags: ['admin', 'noscript', 'loading', 'stale', 'sentinel'],
  args: {},
  reply: reply.simple('OK'),
  raw(call) {
    call.engine.pause.end()
    call.reply.ok()
  },
})
