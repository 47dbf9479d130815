import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { SEARCH_COMPLEXITY, searchStoreArguments, storedReply } from './_declaration.ts'
import { search } from './_search.ts'

export default defineCoreCommand({
  name: 'GEOSEARCHSTORE',
  summary: 'Stores the members within a circle, a box or a polygon at a key.',
  since: '6.2.0',
  group: 'geo',
  complexity: SEARCH_COMPLEXITY,
  flags: ['write', 'denyoom'],
  arity: -8,
  history: [['9.0.0', 'Added the `BYPOLYGON` option.']],
  args: {
    destination: arg.key({ access: 'OW' }),
    source: arg.key({ access: 'RO' }),
    ...searchStoreArguments(),
  },
  reply: storedReply,
  raw(call) {
    search(call, { source: 2, destination: 1, hasStore: true, event: 'geosearchstore' })
  },
})
