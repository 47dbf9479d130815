import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'ECHO',
  summary: 'Returns the message given.',
  since: '1.0.0',
  group: 'connection',
  complexity: 'O(1)',
  flags: ['loading', 'stale', 'fast'],
  args: { message: arg.string() },
  reply: reply.string('the message'),
  raw(call) {
    call.reply.bulk(call.buf, call.starts[1], call.lengths[1])
  },
})
