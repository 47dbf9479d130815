import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { BY_SCORE, ranksOf, readRange } from './_range.ts'
import { readZset } from './_zset.ts'

export default defineCoreCommand({
  name: 'ZCOUNT',
  summary: 'Returns how many members of a sorted set have scores within a range.',
  since: '2.0.0',
  group: 'sorted_set',
  complexity: 'O(log(N)) where N is the number of members',
  flags: ['readonly', 'fast'],
  args: { key: arg.key({ access: 'RO' }), min: arg.double(), max: arg.double() },
  reply: reply.integer('how many'),
  raw(call) {
    const range = readRange(call, 2, BY_SCORE, false)
    if (range === undefined) return
    const zset = readZset(call, 1)
    if (zset !== undefined) call.reply.integer(ranksOf(range, zset).count)
  },
})
