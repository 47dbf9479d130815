import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_STREAM } from '../../engine/events.ts'
import { changeStream, writeStream } from './_stream.ts'
import { checkTrim, readTrimOption, Trim, trimArguments, trimStream } from './_trim.ts'

export default defineCoreCommand({
  name: 'XTRIM',
  summary: 'Deletes entries from the beginning of a stream.',
  since: '5.0.0',
  group: 'stream',
  complexity: 'O(N) where N is the number of entries deleted',
  flags: ['write'],
  tips: ['nondeterministic_output'],
  history: [['6.2.0', 'Added the `MINID` trimming strategy and the `LIMIT` option.']],
  args: { key: arg.key({ access: 'RW', flags: ['delete'] }), trim: arg.block(trimArguments) },
  reply: reply.integer('how many entries were deleted'),
  raw(call) {
    const trim = new Trim()
    for (let i = 2; i < call.argc; ) {
      const words = readTrimOption(call, i, trim)
      if (words < 0) return
      if (words === 0) return call.syntaxError()
      i += words
    }
    // As in Valkey, a LIMIT of 0 is none when nothing is to be limited.
    if (trim.strategy === 'none' && trim.limit <= 0) return call.reply.error(NO_STRATEGY)
    if (!checkTrim(call, trim)) return
    const stream = writeStream(call, 1)
    if (stream === null) return
    if (stream === undefined) return call.reply.integer(0)
    const deleted = changeStream(call, stream, () => trimStream(call, stream, trim))
    if (deleted > 0) call.changed(EVENT_STREAM, 'xtrim', 1)
    call.reply.integer(deleted)
  },
})

const NO_STRATEGY = 'ERR syntax error, XTRIM must be called with a trimming strategy'
