import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { difference, readOperation } from './_sources.ts'
import { storeResult } from './_store.ts'

export default defineCoreCommand({
  name: 'ZDIFFSTORE',
  summary: 'Stores the difference between the first sorted set or set and the others at a key.',
  since: '6.2.0',
  group: 'sorted_set',
  complexity: 'O(N*K)+O(M*log(M)) where N is the size of the first of K keys and M that of the result',
  flags: ['write', 'denyoom'],
  args: { destination: arg.key({ access: 'OW', flags: ['update'] }), key: arg.counted(arg.key({ access: 'RO' })) },
  reply: reply.integer('how many members the result has'),
  raw(call) {
    const operation = readOperation(call, 2, {})
    if (operation !== undefined) storeResult(call, difference(call, operation), 'zdiffstore')
  },
})
