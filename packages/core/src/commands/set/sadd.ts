import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_SET } from '../../engine/events.ts'
import { writeSet } from './_set.ts'

export default defineCoreCommand({
  name: 'SADD',
  summary: 'Adds members to a set. The key is created if it does not exist.',
  since: '1.0.0',
  group: 'set',
  complexity: 'O(1) for each member',
  flags: ['write', 'denyoom', 'fast'],
  history: [['2.4.0', 'Accepts multiple `member` arguments.']],
  args: { key: arg.key({ access: 'RW', flags: ['insert'] }), member: arg.repeated(arg.string()) },
  reply: reply.integer('how many of the members are new'),
  raw(call) {
    const { buf, starts, lengths, argc } = call
    const set = writeSet(call, 1)
    if (set === undefined) return
    const isNewKey = set.size === 0
    set.expect(argc - 2, buf, starts[2], lengths[2])
    let added = 0
    for (let i = 2; i < argc; i++) if (set.add(buf, starts[i], lengths[i])) added++
    if (added > 0) {
      if (isNewKey) call.created(1)
      call.changed(EVENT_SET, 'sadd', 1)
    }
    call.reply.integer(added)
  },
})
