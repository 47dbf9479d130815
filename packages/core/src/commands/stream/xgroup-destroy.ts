import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_STREAM } from '../../engine/events.ts'
import { changeStream, KEY_REQUIRED, nameAt, writeStream } from './_stream.ts'

export default defineCoreCommand({
  name: 'XGROUP DESTROY',
  summary: 'Deletes a consumer group.',
  since: '5.0.0',
  group: 'stream',
  complexity: 'O(N) where N is the number of pending entries',
  flags: ['write'],
  args: { key: arg.key({ access: 'RW', flags: ['delete'] }), group: arg.string() },
  reply: reply.integer('1 when there was such a group, 0 when not'),
  raw(call) {
    const stream = writeStream(call, 2)
    if (stream === null) return
    if (stream === undefined) return call.reply.error(KEY_REQUIRED)
    if (!changeStream(call, stream, () => stream.groups.destroy(nameAt(call, 3)))) return call.reply.integer(0)
    call.changedAside(EVENT_STREAM, 'xgroup-destroy', 2)
    call.reply.integer(1)
  },
})
