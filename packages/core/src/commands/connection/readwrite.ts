import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'READWRITE',
  summary: 'Takes READONLY back. Outside a cluster it is a flag of CLIENT LIST, no more.',
  since: '3.0.0',
  group: 'cluster',
  complexity: 'O(1)',
  flags: ['loading', 'stale', 'fast'],
  acl: ['connection'],
  args: {},
  reply: reply.simple('OK'),
  raw(call) {
    call.session.readsReplicas = false
    call.reply.ok()
  },
})
