import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readGroup } from './_group.ts'
import { byName, writeName } from './_info.ts'

export default defineCoreCommand({
  name: 'XINFO CONSUMERS',
  summary: 'Tells about the consumers of a group.',
  since: '5.0.0',
  group: 'stream',
  complexity: 'O(1)',
  flags: ['readonly'],
  tips: ['nondeterministic_output'],
  history: [['7.2.0', 'Added the `inactive` field, and changed the meaning of `idle`.']],
  args: { key: arg.key({ access: 'RO' }), group: arg.string() },
  reply: reply.list(reply.map(reply.any(), 'figures by name')),
  raw(call) {
    const found = readGroup(call)
    if (found === undefined) return
    const { reply: out } = call
    const { nowMs } = call.engine
    const { consumers } = found.group
    out.array(consumers.size)
    for (const [name, consumer] of byName(consumers)) {
      out.map(4)
      out.bulkString('name')
      writeName(call, name)
      out.bulkString('pending')
      out.integer(consumer.pending.size)
      out.bulkString('idle')
      out.integer(Math.max(0, nowMs - consumer.seenMs))
      out.bulkString('inactive')
      out.integer(consumer.activeMs < 0 ? -1 : Math.max(0, nowMs - consumer.activeMs))
    }
  },
})
