import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import { EVENT_STREAM } from '../../engine/events.ts'
import { type Int64, toInt64 } from '../../structures/int64.ts'
import { compareIds, isZeroId, type StreamId } from '../../structures/stream-id.ts'
import { readId, writeStream } from './_stream.ts'

export default defineCoreCommand({
  name: 'XSETID',
  summary: 'Sets the last ID of a stream, as replication does.',
  since: '5.0.0',
  group: 'stream',
  complexity: 'O(1)',
  flags: ['write', 'denyoom', 'fast'],
  history: [['7.0.0', 'Added the `entries_added` and `max_deleted_entry_id` arguments.']],
  args: {
    key: arg.key({ access: 'RW', flags: ['update'] }),
    lastId: arg.string(),
    entriesAdded: arg.optional(arg.after('ENTRIESADDED', arg.integer({ since: '7.0.0' }))),
    maxDeletedId: arg.optional(arg.after('MAXDELETEDID', arg.string({ since: '7.0.0' }))),
  },
  reply: reply.simple('OK, always'),
  raw(call) {
    const { reply: out } = call
    const id = readId(call, 2)
    if (id === undefined) return
    let entriesAdded: Int64 | undefined
    let maxDeletedId: StreamId | undefined
    for (let i = 3; i < call.argc; i += 2) {
      if (i + 1 < call.argc && call.argIs(i, 'entriesadded')) {
        const value = call.argInt64(i + 1)
        if (value === undefined) return out.error(ERRORS.notInteger)
        if (value < 0n) return out.error('ERR entries_added must be positive')
        entriesAdded = toInt64(value)
      } else if (i + 1 < call.argc && call.argIs(i, 'maxdeletedid')) {
        maxDeletedId = readId(call, i + 1)
        if (maxDeletedId === undefined) return
        if (compareIds(id, maxDeletedId) < 0) {
          return out.error('ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id')
        }
      } else return call.syntaxError()
    }
    const stream = writeStream(call, 1)
    if (stream === null) return
    if (stream === undefined) return out.error(ERRORS.noSuchKey)
    if (compareIds(id, stream.maxDeletedId) < 0) {
      return out.error('ERR The ID specified in XSETID is smaller than current max_deleted_entry_id')
    }
    if (stream.length > 0 && compareIds(id, stream.lastEntryId) < 0) {
      return out.error('ERR The ID specified in XSETID is smaller than the target stream top item')
    }
    if (entriesAdded !== undefined && entriesAdded < stream.length) {
      return out.error('ERR The entries_added specified in XSETID is smaller than the target stream length')
    }
    stream.lastId = id
    if (entriesAdded !== undefined) stream.entriesAdded = entriesAdded
    if (maxDeletedId !== undefined && !isZeroId(maxDeletedId)) stream.maxDeletedId = maxDeletedId
    call.changedAside(EVENT_STREAM, 'xsetid', 1)
    out.ok()
  },
})
