import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { BY_LEX, ranksOf, readRange } from './_range.ts'
import { readZset } from './_zset.ts'

export default defineCoreCommand({
  name: 'ZLEXCOUNT',
  summary: 'Returns how many members of a sorted set are within a range of bytes.',
  since: '2.8.9',
  group: 'sorted_set',
  complexity: 'O(log(N)) where N is the number of members',
  flags: ['readonly', 'fast'],
  args: { key: arg.key({ access: 'RO' }), min: arg.string(), max: arg.string() },
  reply: reply.integer('how many'),
  raw(call) {
    const range = readRange(call, 2, BY_LEX, false)
    if (range === undefined) return
    const zset = readZset(call, 1)
    if (zset !== undefined) call.reply.integer(ranksOf(range, zset).count)
  },
})
