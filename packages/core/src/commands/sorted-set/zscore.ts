import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readZset } from './_zset.ts'

export default defineCoreCommand({
  name: 'ZSCORE',
  summary: 'Returns the score of a member of a sorted set.',
  since: '1.2.0',
  group: 'sorted_set',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  args: { key: arg.key({ access: 'RO' }), member: arg.string() },
  reply: reply.oneOf([reply.number('the score'), reply.nil('the key or the member does not exist')]),
  raw(call) {
    const zset = readZset(call, 1)
    if (zset === undefined) return
    if (zset.find(call.buf, call.starts[2], call.lengths[2])) call.reply.double(zset.score)
    else call.reply.nil()
  },
})
