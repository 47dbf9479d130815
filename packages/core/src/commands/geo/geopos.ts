import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { decode, place } from '../../structures/geohash.ts'
import { readZset } from '../sorted-set/_zset.ts'
import { placeReply, replyPlace } from './_coordinates.ts'

export default defineCoreCommand({
  name: 'GEOPOS',
  summary: 'Returns the longitudes and latitudes of members.',
  since: '3.2.0',
  group: 'geo',
  complexity: 'O(1) for each member',
  flags: ['readonly'],
  args: { key: arg.key({ access: 'RO' }), member: arg.optional(arg.repeated(arg.string())) },
  reply: reply.list(reply.oneOf([placeReply, reply.nil('the member does not exist')])),
  raw(call) {
    const zset = readZset(call, 1)
    if (zset === undefined) return
    call.reply.array(call.argc - 2)
    for (let i = 2; i < call.argc; i++) {
      if (zset.find(call.buf, call.starts[i], call.lengths[i])) {
        decode(zset.score)
        replyPlace(call.reply, place.longitude, place.latitude)
      } else call.reply.nullArray()
    }
  },
})
