import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readOperation, union } from './_sources.ts'
import { storeResult } from './_store.ts'

export default defineCoreCommand({
  name: 'ZUNIONSTORE',
  summary: 'Stores the union of sorted sets and sets at a key.',
  since: '2.0.0',
  group: 'sorted_set',
  complexity: 'O(N)+O(M*log(M)) where N is the number of members of all keys and M that of the result',
  flags: ['write', 'denyoom'],
  args: {
    destination: arg.key({ access: 'OW', flags: ['update'] }),
    key: arg.counted(arg.key({ access: 'RO' })),
    weight: arg.optional(arg.after('WEIGHTS', arg.repeated(arg.integer()))),
    aggregate: arg.optional(
      arg.after('AGGREGATE', arg.oneOf({ sum: arg.token('SUM'), min: arg.token('MIN'), max: arg.token('MAX') })),
    ),
  },
  reply: reply.integer('how many members the result has'),
  raw(call) {
    const operation = readOperation(call, 2, { weights: true })
    if (operation !== undefined) storeResult(call, union(call, operation), 'zunionstore')
  },
})
