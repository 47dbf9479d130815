import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'RESET',
  summary: 'Puts the connection into the state of a new one; what it told about its library stays.',
  since: '6.2.0',
  group: 'connection',
  complexity: 'O(1)',
  flags: ['noscript', 'loading', 'stale', 'fast', 'no_auth', 'allow_busy'],
  args: {},
  reply: reply.simple('RESET'),
  raw(call) {
    call.session.reset()
    call.reply.resp = call.session.resp
    call.reply.simple('RESET')
  },
})
