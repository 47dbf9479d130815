import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readSet } from './_set.ts'

export default defineCoreCommand({
  name: 'SCARD',
  summary: 'Returns the number of members of a set.',
  since: '1.0.0',
  group: 'set',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  args: { key: arg.key({ access: 'RO', flags: [] }) },
  reply: reply.integer('the number of members, 0 when the key does not exist'),
  raw(call) {
    const set = readSet(call, 1)
    if (set !== undefined) call.reply.integer(set.size)
  },
})
