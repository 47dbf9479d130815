import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { replyRange } from './_range.ts'
import { entriesReply } from './_stream.ts'

export default defineCoreCommand({
  name: 'XREVRANGE',
  summary: 'Returns the entries of a stream within a range of IDs, the last first.',
  since: '5.0.0',
  group: 'stream',
  complexity: 'O(N) where N is the number of entries returned',
  flags: ['readonly'],
  history: [['6.2.0', 'Added exclusive ranges.']],
  args: {
    key: arg.key({ access: 'RO' }),
    end: arg.string(),
    start: arg.string(),
    count: arg.optional(arg.after('COUNT', arg.integer())),
  },
  reply: entriesReply,
  raw(call) {
    replyRange(call, true)
  },
})
