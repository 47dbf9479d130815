import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readStream } from './_stream.ts'

export default defineCoreCommand({
  name: 'XLEN',
  summary: 'Returns how many entries a stream has.',
  since: '5.0.0',
  group: 'stream',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  args: { key: arg.key({ access: 'RO', flags: [] }) },
  reply: reply.integer('how many; 0 when the key does not exist'),
  raw(call) {
    const stream = readStream(call, 1)
    if (stream !== null) call.reply.integer(stream === undefined ? 0 : stream.length)
  },
})
