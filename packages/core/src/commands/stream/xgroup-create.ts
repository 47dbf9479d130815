import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_STREAM } from '../../engine/events.ts'
import { MIN_ID } from '../../structures/stream-id.ts'
import { readGroupId, readGroupOptions } from './_group-id.ts'
import { changeStream, createStream, KEY_REQUIRED, nameAt, writeStream } from './_stream.ts'

export default defineCoreCommand({
  name: 'XGROUP CREATE',
  summary: 'Makes a consumer group.',
  since: '5.0.0',
  group: 'stream',
  complexity: 'O(1)',
  flags: ['write', 'denyoom'],
  history: [['7.0.0', 'Added the `entries_read` named argument.']],
  args: {
    key: arg.key({ access: 'RW', flags: ['insert'] }),
    group: arg.string(),
    idSelector: arg.oneOf({ id: arg.string(), newId: arg.token('$') }),
    mkstream: arg.flag('MKSTREAM'),
    entriesread: arg.optional(arg.after('ENTRIESREAD', arg.integer({ display: 'entries-read' }))),
  },
  reply: reply.simple('OK, always'),
  raw(call) {
    const options = readGroupOptions(call, 5, true)
    if (options === undefined) return
    const found = writeStream(call, 2)
    if (found === null) return
    if (found === undefined && !options.makeStream) return call.reply.error(KEY_REQUIRED)
    const id = readGroupId(call, 4, found?.lastId ?? MIN_ID)
    if (id === undefined) return
    const stream = found ?? createStream(call, 2)
    const group = changeStream(call, stream, () => stream.createGroup(nameAt(call, 3), id, options.entriesRead))
    if (group === undefined) return call.reply.error('BUSYGROUP Consumer Group name already exists')
    if (found === undefined) {
      call.created(2)
      call.changed(EVENT_STREAM, 'xgroup-create', 2)
    } else call.changedAside(EVENT_STREAM, 'xgroup-create', 2)
    call.reply.ok()
  },
})
