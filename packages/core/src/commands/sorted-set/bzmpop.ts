import { arg } from '@kvasir/module-api'
import { NULL_ARRAY_AFTER_TIMEOUT, readTimeoutSeconds } from '../../engine/blocking.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { TYPE_ZSET } from '../../keyspace/entry.ts'
import { multiPop, multiPopReply, readZsetMultiPop, whereArgument } from './_pop.ts'

export default defineCoreCommand({
  name: 'BZMPOP',
  summary: 'Takes members out of the first sorted set that has any, or waits for some.',
  since: '7.0.0',
  group: 'sorted_set',
  complexity: 'O(K) + O(M*log(N)) where K is the number of keys, N the number of members and M the number taken',
  flags: ['write', 'blocking'],
  args: {
    timeout: arg.double(),
    key: arg.counted(arg.key({ access: 'RW', flags: ['access', 'delete'] })),
    where: whereArgument,
    count: arg.optional(arg.after('COUNT', arg.integer())),
  },
  reply: multiPopReply,
  raw(call) {
    const options = readZsetMultiPop(call, 2)
    if (options === undefined) return
    // The timeout comes first, but is looked at last.
    const timeoutMs = readTimeoutSeconds(call, 1)
    if (Number.isNaN(timeoutMs) || multiPop(call, options)) return
    const { keys } = options
    const answer = NULL_ARRAY_AFTER_TIMEOUT
    call.engine.blocking.block(call, { keys, type: TYPE_ZSET, timeoutMs, answer })
  },
})
