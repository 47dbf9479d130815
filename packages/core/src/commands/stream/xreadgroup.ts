import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { findStreamKeys, readReply, readStreams } from './_read.ts'

export default defineCoreCommand({
  name: 'XREADGROUP',
  summary: 'Returns new entries of streams to a consumer of a group, or its history, or waits for some.',
  since: '5.0.0',
  group: 'stream',
  complexity: 'O(M) where M is the number of entries returned',
  flags: ['write', 'blocking'],
  keySpecs: [
    {
      beginSearch: { type: 'keyword', keyword: 'STREAMS', startFrom: 4 },
      findKeys: { type: 'range', lastKey: -1, step: 1, limit: 2 },
      access: 'RO',
      flags: ['access'],
    },
  ],
  findKeys: findStreamKeys,
  args: {
    groupBlock: arg.after('GROUP', arg.block({ group: arg.string(), consumer: arg.string() })),
    count: arg.optional(arg.after('COUNT', arg.integer())),
    milliseconds: arg.optional(arg.after('BLOCK', arg.integer())),
    noack: arg.flag('NOACK'),
    streams: arg.after(
      'STREAMS',
      arg.block({ key: arg.repeated(arg.key({ access: 'RO' })), ids: arg.repeated(arg.string({ docsName: 'ID' })) }),
    ),
  },
  reply: readReply,
  raw(call) {
    readStreams(call, true)
  },
})
