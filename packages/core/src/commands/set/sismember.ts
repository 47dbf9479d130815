import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readSet } from './_set.ts'

export default defineCoreCommand({
  name: 'SISMEMBER',
  summary: 'Tells whether something is a member of a set.',
  since: '1.0.0',
  group: 'set',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  args: { key: arg.key({ access: 'RO', flags: [] }), member: arg.string() },
  reply: reply.oneOf([reply.integer('1: it is a member'), reply.integer('0: it is not, or the key does not exist')]),
  raw(call) {
    const set = readSet(call, 1)
    if (set !== undefined) call.reply.integer(set.has(call.buf, call.starts[2], call.lengths[2]) ? 1 : 0)
  },
})
