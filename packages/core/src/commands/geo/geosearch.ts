import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { matchesReply, SEARCH_COMPLEXITY, searchArguments } from './_declaration.ts'
import { search } from './_search.ts'

export default defineCoreCommand({
  name: 'GEOSEARCH',
  summary: 'Returns the members within a circle, a box or a polygon.',
  since: '6.2.0',
  group: 'geo',
  complexity: SEARCH_COMPLEXITY,
  flags: ['readonly'],
  arity: -7,
  history: [['9.0.0', 'Added the `BYPOLYGON` option.']],
  args: {
    key: arg.key({ access: 'RO' }),
    ...searchArguments(),
  },
  reply: matchesReply,
  raw(call) {
    search(call, { source: 1, destination: 0, hasStore: false, event: '' })
  },
})
