import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readSet, writeMembers } from './_set.ts'

export default defineCoreCommand({
  name: 'SMEMBERS',
  summary: 'Returns all members of a set.',
  since: '1.0.0',
  group: 'set',
  complexity: 'O(N) where N is the set cardinality.',
  flags: ['readonly'],
  tips: ['nondeterministic_output_order'],
  args: { key: arg.key({ access: 'RO' }) },
  reply: reply.set(reply.string('a member')),
  raw(call) {
    const set = readSet(call, 1)
    if (set === undefined) return
    call.reply.set(set.size)
    writeMembers(call, set)
  },
})
