import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_SET } from '../../engine/events.ts'
import { writeSet } from './_set.ts'

export default defineCoreCommand({
  name: 'SREM',
  summary: 'Removes members from a set, and deletes the key when none is left.',
  since: '1.0.0',
  group: 'set',
  complexity: 'O(N) where N is the number of members to be removed.',
  flags: ['write', 'fast'],
  history: [['2.4.0', 'Accepts multiple `member` arguments.']],
  args: { key: arg.key({ access: 'RW', flags: ['delete'] }), member: arg.repeated(arg.string()) },
  reply: reply.integer('how many of the members were there and are removed'),
  raw(call) {
    const { buf, starts, lengths, argc } = call
    const set = writeSet(call, 1)
    if (set === undefined) return
    let removed = 0
    let left = set.size
    for (let i = 2; i < argc && left > 0; i++) {
      if (!set.delete(buf, starts[i], lengths[i])) continue
      removed++
      left--
    }
    if (removed > 0) {
      if (left === 0) call.removeEmptied(1)
      call.changed(EVENT_SET, 'srem', 1)
      if (left === 0) call.keyEmptied(1)
    }
    call.reply.integer(removed)
  },
})
