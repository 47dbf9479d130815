import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_STREAM } from '../../engine/events.ts'
import type { StreamId } from '../../structures/stream-id.ts'
import type { StreamObject } from '../../types/stream-object.ts'
import {
  DELETED,
  deleteReferred,
  NO_SUCH_ENTRY,
  type References,
  readReferences,
  referenceArguments,
  referencesReply,
  STILL_REFERRED_TO,
} from './_references.ts'
import { changeStream, nameAt, writeStream } from './_stream.ts'

export default defineCoreCommand({
  name: 'XACKDEL',
  summary: 'Acknowledges entries for a consumer group, and deletes them.',
  since: '8.2.0',
  group: 'stream',
  complexity: 'O(1) for each entry',
  flags: ['write', 'fast'],
  args: { key: arg.key({ access: 'RW', flags: ['update', 'delete'] }), group: arg.string(), ...referenceArguments },
  reply: referencesReply,
  raw(call) {
    const asked = readReferences(call, 3)
    if (asked === undefined) return
    const stream = writeStream(call, 1)
    if (stream === null) return
    const group = stream?.groups.get(nameAt(call, 2))
    const results =
      stream === undefined || group === undefined
        ? asked.ids.map(() => NO_SUCH_ENTRY)
        : changeStream(call, stream, () =>
            asked.ids.map((id) =>
              group.remove(id) ? deleteAcknowledged(stream, id, asked.references) : NO_SUCH_ENTRY,
            ),
          )
    if (results.includes(DELETED)) call.changed(EVENT_STREAM, 'xdel', 1)
    else if (results.includes(STILL_REFERRED_TO)) call.changedAside(EVENT_STREAM, undefined, 1)
    call.reply.array(results.length)
    for (const result of results) call.reply.integer(result)
  },
})

/** What was pending counts as deleted, even where the entry itself was gone before. */
function deleteAcknowledged(stream: StreamObject, id: StreamId, references: References): number {
  return deleteReferred(stream, id, references) === STILL_REFERRED_TO ? STILL_REFERRED_TO : DELETED
}
