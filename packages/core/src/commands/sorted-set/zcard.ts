import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readZset } from './_zset.ts'

export default defineCoreCommand({
  name: 'ZCARD',
  summary: 'Returns how many members a sorted set has.',
  since: '1.2.0',
  group: 'sorted_set',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  args: { key: arg.key({ access: 'RO', flags: [] }) },
  reply: reply.integer('how many; 0 when the key does not exist'),
  raw(call) {
    const zset = readZset(call, 1)
    if (zset !== undefined) call.reply.integer(zset.size)
  },
})
