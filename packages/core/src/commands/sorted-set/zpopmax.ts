import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { pop, popReply } from './_pop.ts'

export default defineCoreCommand({
  name: 'ZPOPMAX',
  summary: 'Takes the members with the highest scores out of a sorted set.',
  since: '5.0.0',
  group: 'sorted_set',
  complexity: 'O(log(N)*M) where N is the number of members and M the number taken',
  flags: ['write', 'fast'],
  args: { key: arg.key({ access: 'RW', flags: ['access', 'delete'] }), count: arg.optional(arg.integer()) },
  reply: popReply,
  raw(call) {
    pop(call, true)
  },
})
