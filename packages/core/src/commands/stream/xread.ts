import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { findStreamKeys, readReply, readStreams } from './_read.ts'

export default defineCoreCommand({
  name: 'XREAD',
  summary: 'Returns entries of streams behind given IDs, or waits for some.',
  since: '5.0.0',
  group: 'stream',
  complexity: 'O(N) where N is the number of entries returned',
  flags: ['readonly', 'blocking'],
  keySpecs: [
    {
      beginSearch: { type: 'keyword', keyword: 'STREAMS', startFrom: 1 },
      findKeys: { type: 'range', lastKey: -1, step: 1, limit: 2 },
      access: 'RO',
      flags: ['access'],
    },
  ],
  findKeys: findStreamKeys,
  args: {
    count: arg.optional(arg.after('COUNT', arg.integer())),
    milliseconds: arg.optional(arg.after('BLOCK', arg.integer())),
    streams: arg.after(
      'STREAMS',
      arg.block({ key: arg.repeated(arg.key({ access: 'RO' })), ids: arg.repeated(arg.string({ docsName: 'ID' })) }),
    ),
  },
  reply: readReply,
  raw(call) {
    readStreams(call, false)
  },
})
