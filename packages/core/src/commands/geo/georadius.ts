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
  name: 'GEORADIUS',
  summary: 'Returns the members within a distance from a place, or stores them at a key.',
  since: '3.2.0',
  deprecatedSince: '6.2.0',
  replacedBy: '`GEOSEARCH` or `GEOSEARCHSTORE` with `BYRADIUS` and `FROMLONLAT`',
  group: 'geo',
  complexity: SEARCH_COMPLEXITY,
  flags: ['write', 'denyoom'],
  keySpecs: radiusKeySpecs(6),
  findKeys: (words) => findRadiusKeys(words, 5),
  args: {
    key: arg.key({ access: 'RO' }),
    longitude: arg.double(),
    latitude: arg.double(),
    ...radiusArguments({ since: '6.2.0' }),
    store: storeArgument(),
  },
  reply: reply.oneOf([matchesReply, storedReply]),
  raw(call) {
    search(call, { source: 1, centre: 'place', destination: 0, hasStore: true, event: 'georadiusstore' })
  },
})
