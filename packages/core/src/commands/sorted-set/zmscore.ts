import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readZset } from './_zset.ts'

export default defineCoreCommand({
  name: 'ZMSCORE',
  summary: 'Returns the scores of members of a sorted set.',
  since: '6.2.0',
  group: 'sorted_set',
  complexity: 'O(N) where N is the number of members asked for',
  flags: ['readonly', 'fast'],
  args: { key: arg.key({ access: 'RO' }), member: arg.repeated(arg.string()) },
  reply: reply.list(reply.oneOf([reply.number('the score'), reply.nil('there is no such member')])),
  raw(call) {
    const zset = readZset(call, 1)
    if (zset === undefined) return
    call.reply.array(call.argc - 2)
    for (let i = 2; i < call.argc; i++) {
      if (zset.find(call.buf, call.starts[i], call.lengths[i])) call.reply.double(zset.score)
      else call.reply.nil()
    }
  },
})
