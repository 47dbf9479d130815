import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { replyIntersection } from './_operations.ts'
import { readSets } from './_set.ts'

export default defineCoreCommand({
  name: 'SINTER',
  summary: 'Returns the members that all of several sets have.',
  since: '1.0.0',
  group: 'set',
  complexity: 'O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets.',
  flags: ['readonly'],
  tips: ['nondeterministic_output_order'],
  args: { key: arg.repeated(arg.key({ access: 'RO' })) },
  reply: reply.set(reply.string('a member of all the sets')),
  raw(call) {
    const sets = readSets(call, 1, call.argc)
    if (sets !== undefined) replyIntersection(call, sets)
  },
})
