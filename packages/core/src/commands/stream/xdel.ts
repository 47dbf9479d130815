import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_STREAM } from '../../engine/events.ts'
import { changeStream, readIds, writeStream } from './_stream.ts'

export default defineCoreCommand({
  name: 'XDEL',
  summary: 'Deletes entries of a stream by their IDs.',
  since: '5.0.0',
  group: 'stream',
  complexity: 'O(1) for each entry',
  flags: ['write', 'fast'],
  args: { key: arg.key({ access: 'RW', flags: ['delete'] }), ids: arg.repeated(arg.string({ docsName: 'ID' })) },
  reply: reply.integer('how many entries were there and are deleted'),
  raw(call) {
    const stream = writeStream(call, 1)
    if (stream === null) return
    if (stream === undefined) return call.reply.integer(0)
    const ids = readIds(call, 2, call.argc)
    if (ids === undefined) return
    const deleted = changeStream(call, stream, () => ids.filter((id) => stream.delete(id)).length)
    if (deleted > 0) call.changed(EVENT_STREAM, 'xdel', 1)
    call.reply.integer(deleted)
  },
})
