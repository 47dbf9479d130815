import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import { writeFull, writeSummary } from './_info.ts'
import { readStream } from './_stream.ts'

export default defineCoreCommand({
  name: 'XINFO STREAM',
  summary: 'Tells about a stream.',
  since: '5.0.0',
  group: 'stream',
  complexity: 'O(1)',
  flags: ['readonly'],
  history: [
    ['6.0.0', 'Added the `FULL` modifier.'],
    [
      '7.0.0',
      'Added the `max-deleted-entry-id`, `entries-added`, `recorded-first-entry-id`, `entries-read` and `lag` fields',
    ],
  ],
  args: {
    key: arg.key({ access: 'RO' }),
    fullBlock: arg.optional(
      arg.block({ full: arg.token('FULL'), count: arg.optional(arg.after('COUNT', arg.integer())) }),
    ),
  },
  reply: reply.map(reply.any(), 'figures by name'),
  raw(call) {
    const stream = readStream(call, 2)
    if (stream === null) return
    if (stream === undefined) return call.reply.error(ERRORS.noSuchKey)
    let count = FULL_COUNT
    const isFull = call.argc > 3
    if (isFull) {
      const hasCount = call.argc === 6 && call.argIs(4, 'count')
      if (!call.argIs(3, 'full') || (call.argc !== 4 && !hasCount)) return call.reply.error(USAGE)
      if (hasCount) {
        const value = call.argInt64(5)
        if (value === undefined) return call.reply.error(ERRORS.notInteger)
        count = value < 0n ? FULL_COUNT : Number(value)
      }
    }
    if (isFull) writeFull(call, stream, count)
    else writeSummary(call, stream)
  },
})

const FULL_COUNT = 10
const USAGE = "ERR unknown subcommand or wrong number of arguments for 'STREAM'. Try XINFO HELP."
