import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_STREAM } from '../../engine/events.ts'
import { writeGroup } from './_group.ts'
import { changeStream, nameAt } from './_stream.ts'

export default defineCoreCommand({
  name: 'XGROUP CREATECONSUMER',
  summary: 'Makes a consumer in a group.',
  since: '6.2.0',
  group: 'stream',
  complexity: 'O(1)',
  flags: ['write', 'denyoom'],
  args: { key: arg.key({ access: 'RW', flags: ['insert'] }), group: arg.string(), consumer: arg.string() },
  reply: reply.integer('1 when it is new, 0 when there was one'),
  raw(call) {
    const found = writeGroup(call)
    if (found === undefined) return
    const { stream, group } = found
    const created = changeStream(call, stream, () => group.createConsumer(nameAt(call, 4), call.engine.nowMs))
    if (created !== undefined) call.changedAside(EVENT_STREAM, 'xgroup-createconsumer', 2)
    call.reply.integer(created === undefined ? 0 : 1)
  },
})
