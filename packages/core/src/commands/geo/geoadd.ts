import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { encode } from '../../structures/geohash.ts'
import { addScores, CH, NX, XX } from '../sorted-set/_add.ts'
import { given, readPlace } from './_coordinates.ts'

export default defineCoreCommand({
  name: 'GEOADD',
  summary:
    'Adds places to a sorted set, each a member whose score is its geohash. The key is created if it does not exist.',
  since: '3.2.0',
  group: 'geo',
  complexity: 'O(log(N)) for each place, where N is the number of members',
  flags: ['write', 'denyoom'],
  history: [['6.2.0', 'Added the `CH`, `NX` and `XX` options.']],
  args: {
    key: arg.key({ access: 'RW', flags: ['update'] }),
    condition: arg.optional(arg.oneOf({ nx: arg.token('NX'), xx: arg.token('XX') }, { since: '6.2.0' })),
    change: arg.flag('CH', { since: '6.2.0' }),
    data: arg.repeated(arg.block({ longitude: arg.double(), latitude: arg.double(), member: arg.string() })),
  },
  reply: reply.integer('how many members are new, or with CH how many are new or changed'),
  raw(call) {
    let options = 0
    let index = 2
    for (; index < call.argc; index++) {
      if (call.argIs(index, 'nx')) options |= NX
      else if (call.argIs(index, 'xx')) options |= XX
      else if (call.argIs(index, 'ch')) options |= CH
      else break
    }
    const words = call.argc - index
    if (words === 0 || words % 3 !== 0 || (options & (NX | XX)) === (NX | XX)) return call.syntaxError()
    const scores: number[] = []
    for (let i = index; i < call.argc; i += 3) {
      if (!readPlace(call, i)) return
      scores.push(encode(given.longitude, given.latitude))
    }
    addScores(call, index + 2, 3, scores, options)
  },
})
