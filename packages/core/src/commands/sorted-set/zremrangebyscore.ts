import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { BY_SCORE } from './_range.ts'
import { removeRange } from './_remove-range.ts'

export default defineCoreCommand({
  name: 'ZREMRANGEBYSCORE',
  summary: 'Deletes the members of a sorted set within a range of scores, and the key when none is left.',
  since: '1.2.0',
  group: 'sorted_set',
  complexity: 'O(log(N)+M) where N is the number of members and M the number deleted',
  flags: ['write'],
  args: { key: arg.key({ access: 'RW', flags: ['delete'] }), min: arg.double(), max: arg.double() },
  reply: reply.integer('how many members were deleted'),
  raw(call) {
    removeRange(call, BY_SCORE, 'zremrangebyscore')
  },
})
