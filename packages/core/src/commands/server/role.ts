import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'ROLE',
  summary: 'Returns the part that the server has in replication.',
  since: '2.8.12',
  group: 'server',
  complexity: 'O(1)',
  flags: ['noscript', 'loading', 'stale', 'fast', 'sentinel'],
  acl: ['admin', 'dangerous'],
  args: {},
  reply: reply.array([
    reply.string('`master`: there is no replication yet'),
    reply.integer('offset of the replication stream'),
    reply.list(reply.any(), 'replicas'),
  ]),
  raw(call) {
    call.reply.array(3)
    call.reply.bulkString('master')
    call.reply.integer(0)
    call.reply.array(0)
  },
})
