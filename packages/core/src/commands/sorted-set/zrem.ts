import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { membersGone, writeZset } from './_zset.ts'

export default defineCoreCommand({
  name: 'ZREM',
  summary: 'Deletes members of a sorted set, and the key when none is left.',
  since: '1.2.0',
  group: 'sorted_set',
  complexity: 'O(M*log(N)) where N is the number of members and M the number to delete',
  flags: ['write', 'fast'],
  history: [['2.4.0', 'Accepts multiple elements.']],
  args: { key: arg.key({ access: 'RW', flags: ['delete'] }), member: arg.repeated(arg.string()) },
  reply: reply.integer('how many members were there and are deleted'),
  raw(call) {
    const zset = writeZset(call, 1)
    if (zset === undefined) return
    let deleted = 0
    for (let i = 2; i < call.argc && zset.size > 0; i++) {
      if (zset.delete(call.buf, call.starts[i], call.lengths[i])) deleted++
    }
    if (deleted > 0) membersGone(call, 1, zset, 'zrem')
    call.reply.integer(deleted)
  },
})
