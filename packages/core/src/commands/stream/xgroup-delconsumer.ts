import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_STREAM } from '../../engine/events.ts'
import { writeGroup } from './_group.ts'
import { changeStream, nameAt } from './_stream.ts'

export default defineCoreCommand({
  name: 'XGROUP DELCONSUMER',
  summary: 'Deletes a consumer of a group with what is pending for it.',
  since: '5.0.0',
  group: 'stream',
  complexity: 'O(N) where N is the number of pending entries',
  flags: ['write'],
  args: { key: arg.key({ access: 'RW', flags: ['delete'] }), group: arg.string(), consumer: arg.string() },
  reply: reply.integer('how many entries were pending for it'),
  raw(call) {
    const found = writeGroup(call)
    if (found === undefined) return
    const { stream, group } = found
    const consumer = group.consumers.get(nameAt(call, 4))
    if (consumer === undefined) return call.reply.integer(0)
    const pending = changeStream(call, stream, () => group.deleteConsumer(consumer))
    call.changedAside(EVENT_STREAM, 'xgroup-delconsumer', 2)
    call.reply.integer(pending)
  },
})
