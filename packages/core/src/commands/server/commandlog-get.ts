import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { entryCount, logOf, writeEntries } from './_command-log.ts'

export default defineCoreCommand({
  name: 'COMMANDLOG GET',
  summary: 'Returns the last entries of a command log.',
  since: '8.1.0',
  group: 'server',
  complexity: 'O(N) where N is the number of entries returned',
  flags: ['admin', 'loading', 'stale'],
  tips: ['request_policy:all_nodes', 'nondeterministic_output'],
  args: {
    count: arg.integer(),
    type: arg.oneOf({
      slow: arg.token('slow'),
      largeRequest: arg.token('large-request'),
      largeReply: arg.token('large-reply'),
    }),
  },
  reply: reply.list(
    reply.list(reply.any()),
    'id, seconds since 1970, microseconds or bytes, words, address, name of each',
  ),
  raw(call) {
    const count = entryCount(call, 2)
    if (count === undefined) return
    const log = logOf(call, 3)
    if (log !== undefined) writeEntries(call, log, count)
  },
})
