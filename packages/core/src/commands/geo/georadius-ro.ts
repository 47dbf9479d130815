import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { matchesReply, radiusArguments, SEARCH_COMPLEXITY } from './_declaration.ts'
import { search } from './_search.ts'

export default defineCoreCommand({
  name: 'GEORADIUS_RO',
  summary: 'Returns the members within a distance from a place.',
  since: '3.2.10',
  deprecatedSince: '6.2.0',
  replacedBy: '`GEOSEARCH` with `BYRADIUS` and `FROMLONLAT`',
  group: 'geo',
  complexity: SEARCH_COMPLEXITY,
  flags: ['readonly'],
  args: {
    key: arg.key({ access: 'RO' }),
    longitude: arg.double(),
    latitude: arg.double(),
    ...radiusArguments({ since: '6.2.0' }),
  },
  reply: matchesReply,
  raw(call) {
    search(call, { source: 1, centre: 'place', destination: 0, hasStore: false, event: '' })
  },
})
