import { defineCoreCommand } from '../../engine/core-command.ts'
import { findSortKeys, readKeySpecs, SORT_COMPLEXITY, sort, sortArguments, sortedReply } from './_sort.ts'

export default defineCoreCommand({
  name: 'SORT_RO',
  summary: 'Returns the elements of a list, a set or a sorted set sorted.',
  since: '7.0.0',
  group: 'generic',
  complexity: SORT_COMPLEXITY,
  flags: ['readonly'],
  acl: ['set', 'sortedset', 'list', 'dangerous'],
  keySpecs: readKeySpecs,
  findKeys: (words) => findSortKeys(words, false),
  args: sortArguments(),
  reply: sortedReply,
  raw: (call) => sort(call, false),
})
