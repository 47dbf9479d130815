import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { findSortKeys, SORT_COMPLEXITY, sort, sortArguments, sortedReply, storeKeySpecs } from './_sort.ts'

export default defineCoreCommand({
  name: 'SORT',
  summary: 'Returns the elements of a list, a set or a sorted set sorted, or stores them in a list.',
  since: '1.0.0',
  group: 'generic',
  complexity: SORT_COMPLEXITY,
  flags: ['write', 'denyoom'],
  acl: ['set', 'sortedset', 'list', 'dangerous'],
  keySpecs: storeKeySpecs,
  findKeys: (words) => findSortKeys(words, true),
  args: {
    ...sortArguments(),
    destination: arg.optional(arg.after('STORE', arg.key({ access: 'OW', keySpec: 2 }))),
  },
  reply: reply.oneOf([sortedReply, reply.integer('with STORE: how many elements are stored')]),
  raw: (call) => sort(call, true),
})
