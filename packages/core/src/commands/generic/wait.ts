import { arg, reply } from '@kvasir/module-api'
import { readTimeoutMs, ZERO_AFTER_TIMEOUT } from '../../engine/blocking.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'

export default defineCoreCommand({
  name: 'WAIT',
  summary:
    "Waits until replicas have the connection's writes. There are none yet, so it waits for the time to be over.",
  since: '3.0.0',
  group: 'generic',
  complexity: 'O(1)',
  flags: ['blocking'],
  acl: ['connection'],
  tips: ['request_policy:all_shards', 'response_policy:agg_min'],
  args: { numreplicas: arg.integer(), timeout: arg.integer() },
  reply: reply.integer('number of replicas that have the writes'),
  raw(call) {
    const replicas = call.argInt64(1)
    if (replicas === undefined) return call.reply.error(ERRORS.notInteger)
    const timeoutMs = readTimeoutMs(call, 2)
    if (Number.isNaN(timeoutMs)) return
    if (replicas <= 0n) return call.reply.integer(0)
    call.engine.blocking.block(call, { keys: [], type: 0, timeoutMs, answer: ZERO_AFTER_TIMEOUT })
  },
})
