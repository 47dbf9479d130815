import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import {
  findRadiusKeys,
  matchesReply,
  radiusArguments,
  radiusKeySpecs,
  SEARCH_COMPLEXITY,
  storeArgument,
  storedReply,
} from './_declaration.ts'
import { search } from './_search.ts'

export default defineCoreCommand({
  name: 'GEORADIUSBYMEMBER',
  summary: 'Returns the members within a distance from a member, or stores them at a key.',
  since: '3.2.0',
  deprecatedSince: '6.2.0',
  replacedBy: '`GEOSEARCH` or `GEOSEARCHSTORE` with `BYRADIUS` and `FROMMEMBER`',
  group: 'geo',
  complexity: SEARCH_COMPLEXITY,
  flags: ['write', 'denyoom'],
  keySpecs: radiusKeySpecs(5),
  findKeys: (words) => findRadiusKeys(words, 5),
  args: {
    key: arg.key({ access: 'RO' }),
    member: arg.string(),
    ...radiusArguments({}),
    store: storeArgument(),
  },
  reply: reply.oneOf([matchesReply, storedReply]),
  raw(call) {
    search(call, { source: 1, centre: 'member', destination: 0, hasStore: true, event: 'georadiusstore' })
  },
})
