import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { multiPop, multiPopReply, readZsetMultiPop, whereArgument } from './_pop.ts'

export default defineCoreCommand({
  name: 'ZMPOP',
  summary: 'Takes members with the lowest or highest scores out of the first sorted set that has any.',
  since: '7.0.0',
  group: 'sorted_set',
  complexity: 'O(K) + O(M*log(N)) where K is the number of keys, N the number of members and M the number taken',
  flags: ['write'],
  args: {
    key: arg.counted(arg.key({ access: 'RW', flags: ['access', 'delete'] })),
    where: whereArgument,
    count: arg.optional(arg.after('COUNT', arg.integer())),
  },
  reply: multiPopReply,
  raw(call) {
    const options = readZsetMultiPop(call, 1)
    if (options !== undefined && !multiPop(call, options)) call.reply.nullArray()
  },
})
