import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { entryCount, writeEntries } from './_command-log.ts'

const COUNT_DEFAULT = 10

export default defineCoreCommand({
  name: 'SLOWLOG GET',
  summary: 'Returns the last entries of the slow log.',
  since: '2.2.12',
  group: 'server',
  complexity: 'O(N) where N is the number of entries returned',
  flags: ['admin', 'loading', 'stale'],
  tips: ['request_policy:all_nodes', 'nondeterministic_output'],
  history: [['4.0.0', 'Entries have the address and the name of the client.']],
  args: { count: arg.optional(arg.integer()) },
  reply: reply.list(reply.list(reply.any()), 'id, seconds since 1970, microseconds, words, address, name of each'),
  raw(call) {
    if (call.argc > 3) {
      return call.refuse("ERR unknown subcommand or wrong number of arguments for 'get'. Try SLOWLOG HELP.")
    }
    const count = call.argc === 3 ? entryCount(call, 2) : COUNT_DEFAULT
    if (count !== undefined) writeEntries(call, call.engine.observer.slow, count)
  },
})
