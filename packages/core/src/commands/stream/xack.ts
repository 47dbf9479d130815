import { arg, reply } from '@kvasir/module-api'
import { WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_STREAM } from '../../engine/events.ts'
import { TYPE_STREAM } from '../../keyspace/entry.ts'
import { changeStream, nameAt, readIds, writeStream } from './_stream.ts'

export default defineCoreCommand({
  name: 'XACK',
  summary: 'Acknowledges entries that were delivered to a consumer group: they are no longer pending.',
  since: '5.0.0',
  group: 'stream',
  complexity: 'O(log(N)) for each entry, N being the number of pending ones',
  flags: ['write', 'fast'],
  args: {
    key: arg.key({ access: 'RW', flags: ['update'] }),
    group: arg.string(),
    ids: arg.repeated(arg.string({ docsName: 'ID' })),
  },
  reply: reply.integer('how many entries were pending'),
  raw(call) {
    // A look-up for reading, as in Valkey: it counts as a hit or a miss.
    if (call.lookupReadAs(1, TYPE_STREAM) === WRONG_TYPE) return
    const stream = writeStream(call, 1)
    if (stream === null) return
    const group = stream?.groups.get(nameAt(call, 2))
    if (stream === undefined || group === undefined) return call.reply.integer(0)
    const ids = readIds(call, 3, call.argc)
    if (ids === undefined) return
    const acknowledged = changeStream(call, stream, () => ids.filter((id) => group.remove(id)).length)
    if (acknowledged > 0) call.changedAside(EVENT_STREAM, undefined, 1)
    call.reply.integer(acknowledged)
  },
})
