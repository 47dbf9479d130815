import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { BY_LEX } from './_range.ts'
import { removeRange } from './_remove-range.ts'

export default defineCoreCommand({
  name: 'ZREMRANGEBYLEX',
  summary: 'Deletes the members of a sorted set within a range of bytes, and the key when none is left.',
  since: '2.8.9',
  group: 'sorted_set',
  complexity: 'O(log(N)+M) where N is the number of members and M the number deleted',
  flags: ['write'],
  args: { key: arg.key({ access: 'RW', flags: ['delete'] }), min: arg.string(), max: arg.string() },
  reply: reply.integer('how many members were deleted'),
  raw(call) {
    removeRange(call, BY_LEX, 'zremrangebylex')
  },
})
