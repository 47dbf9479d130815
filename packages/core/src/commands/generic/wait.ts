import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'

export default defineCoreCommand({
  name: 'WAIT',
  summary: "Waits until replicas have the connection's writes. There are none yet, so it answers at once.",
  since: '3.0.0',
  group: 'generic',
  complexity: 'O(1)',
  flags: ['blocking'],
  acl: ['connection'],
  tips: ['request_policy:all_shards', 'response_policy:agg_min'],
  args: { numreplicas: arg.integer(), timeout: arg.integer() },
  reply: reply.integer('number of replicas that have the writes'),
  raw(call) {
    if (call.argInt64(1) === undefined) return call.reply.error(ERRORS.notInteger)
    const timeoutMs = call.argInt64(2)
    if (timeoutMs === undefined) return call.reply.error('ERR timeout is not an integer or out of range')
    if (timeoutMs < 0n) return call.reply.error('ERR timeout is negative')
    call.reply.integer(0)
  },
})
