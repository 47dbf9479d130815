import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_STREAM } from '../../engine/events.ts'
import {
  DELETED,
  deleteReferred,
  NO_SUCH_ENTRY,
  readReferences,
  referenceArguments,
  referencesReply,
} from './_references.ts'
import { changeStream, writeStream } from './_stream.ts'

export default defineCoreCommand({
  name: 'XDELEX',
  summary: 'Deletes entries of a stream, and says what becomes of those that consumer groups refer to.',
  since: '8.2.0',
  group: 'stream',
  complexity: 'O(1) for each entry',
  flags: ['write', 'fast'],
  args: { key: arg.key({ access: 'RW', flags: ['delete'] }), ...referenceArguments },
  reply: referencesReply,
  raw(call) {
    const asked = readReferences(call, 2)
    if (asked === undefined) return
    const stream = writeStream(call, 1)
    if (stream === null) return
    const results =
      stream === undefined
        ? asked.ids.map(() => NO_SUCH_ENTRY)
        : changeStream(call, stream, () => asked.ids.map((id) => deleteReferred(stream, id, asked.references)))
    if (results.includes(DELETED)) call.changed(EVENT_STREAM, 'xdel', 1)
    // What groups had pending may have gone where no entry was any more.
    else if (stream !== undefined && asked.references === 'delref') call.changedAside(EVENT_STREAM, undefined, 1)
    call.reply.array(results.length)
    for (const result of results) call.reply.integer(result)
  },
})
