import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import { byName, writeName, writeProgress } from './_info.ts'
import { readStream, replyId } from './_stream.ts'

export default defineCoreCommand({
  name: 'XINFO GROUPS',
  summary: 'Tells about the consumer groups of a stream.',
  since: '5.0.0',
  group: 'stream',
  complexity: 'O(1)',
  flags: ['readonly'],
  history: [['7.0.0', 'Added the `entries-read` and `lag` fields']],
  args: { key: arg.key({ access: 'RO' }) },
  reply: reply.list(reply.map(reply.any(), 'figures by name')),
  raw(call) {
    const { reply: out } = call
    const stream = readStream(call, 2)
    if (stream === null) return
    if (stream === undefined) return out.error(ERRORS.noSuchKey)
    out.array(stream.groups.size)
    for (const [name, group] of byName(stream.groups)) {
      out.map(6)
      out.bulkString('name')
      writeName(call, name)
      out.bulkString('consumers')
      out.integer(group.consumers.size)
      out.bulkString('pending')
      out.integer(group.pendingCount)
      out.bulkString('last-delivered-id')
      replyId(call, group.lastId)
      writeProgress(call, stream, group)
    }
  },
})
