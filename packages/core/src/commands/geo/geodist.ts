import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { decode, distance, place } from '../../structures/geohash.ts'
import { readZset } from '../sorted-set/_zset.ts'
import { readUnit, replyDistance, unitArgument } from './_coordinates.ts'

export default defineCoreCommand({
  name: 'GEODIST',
  summary: 'Returns the distance between two members.',
  since: '3.2.0',
  group: 'geo',
  complexity: 'O(1)',
  flags: ['readonly'],
  args: {
    key: arg.key({ access: 'RO' }),
    member1: arg.string(),
    member2: arg.string(),
    unit: arg.optional(unitArgument()),
  },
  reply: reply.oneOf([
    reply.string('the distance, with four digits behind the point'),
    reply.nil('one of the members, or the key, does not exist'),
  ]),
  raw(call) {
    const { buf, starts, lengths } = call
    if (call.argc > 5) return call.syntaxError()
    const unit = call.argc === 5 ? readUnit(call, 4) : 1
    if (unit === 0) return
    const zset = readZset(call, 1)
    if (zset === undefined) return
    if (!zset.find(buf, starts[2], lengths[2])) return call.reply.nil()
    decode(zset.score)
    const { longitude, latitude } = place
    if (!zset.find(buf, starts[3], lengths[3])) return call.reply.nil()
    decode(zset.score)
    replyDistance(call.reply, distance(longitude, latitude, place.longitude, place.latitude) / unit)
  },
})
