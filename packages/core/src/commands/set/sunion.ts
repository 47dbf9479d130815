import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { replyUnion } from './_operations.ts'
import { readSets } from './_set.ts'

export default defineCoreCommand({
  name: 'SUNION',
  summary: 'Returns the members of several sets together.',
  since: '1.0.0',
  group: 'set',
  complexity: 'O(N) where N is the total number of elements in all given sets.',
  flags: ['readonly'],
  tips: ['nondeterministic_output_order'],
  args: { key: arg.repeated(arg.key({ access: 'RO' })) },
  reply: reply.set(reply.string('a member of one of the sets')),
  raw(call) {
    const sets = readSets(call, 1, call.argc)
    if (sets !== undefined) replyUnion(call, sets)
  },
})
