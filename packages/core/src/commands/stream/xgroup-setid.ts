import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_STREAM } from '../../engine/events.ts'
import { MAX_ID, MIN_ID } from '../../structures/stream-id.ts'
import { writeGroup } from './_group.ts'
import { readGroupId, readGroupOptions } from './_group-id.ts'

export default defineCoreCommand({
  name: 'XGROUP SETID',
  summary: 'Sets up to where a consumer group was given entries.',
  since: '5.0.0',
  group: 'stream',
  complexity: 'O(1)',
  flags: ['write'],
  history: [['7.0.0', 'Added the optional `entries_read` argument.']],
  args: {
    key: arg.key({ access: 'RW', flags: ['update'] }),
    group: arg.string(),
    idSelector: arg.oneOf({ id: arg.string(), newId: arg.token('$') }),
    entriesread: arg.optional(arg.after('ENTRIESREAD', arg.integer({ display: 'entries-read' }))),
  },
  reply: reply.simple('OK, always'),
  raw(call) {
    const options = readGroupOptions(call, 5, false)
    if (options === undefined) return
    const found = writeGroup(call)
    if (found === undefined) return
    // `-` and `+`, as the ends of a range have them, are taken here and not by XGROUP CREATE, as in Valkey.
    const end = call.argIs(4, '-') ? MIN_ID : call.argIs(4, '+') ? MAX_ID : undefined
    const id = end ?? readGroupId(call, 4, found.stream.lastId)
    if (id === undefined) return
    found.group.lastId = id
    found.group.entriesRead = options.entriesRead
    call.changedAside(EVENT_STREAM, 'xgroup-setid', 2)
    call.reply.ok()
  },
})
