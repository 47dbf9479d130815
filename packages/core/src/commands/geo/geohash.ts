import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { geohashText } from '../../structures/geohash.ts'
import { readZset } from '../sorted-set/_zset.ts'

export default defineCoreCommand({
  name: 'GEOHASH',
  summary: 'Returns the geohashes of members as text.',
  since: '3.2.0',
  group: 'geo',
  complexity: 'O(1) for each member',
  flags: ['readonly'],
  args: { key: arg.key({ access: 'RO' }), member: arg.optional(arg.repeated(arg.string())) },
  reply: reply.list(reply.oneOf([reply.string('eleven characters'), reply.nil('the member does not exist')])),
  raw(call) {
    const zset = readZset(call, 1)
    if (zset === undefined) return
    call.reply.array(call.argc - 2)
    for (let i = 2; i < call.argc; i++) {
      if (zset.find(call.buf, call.starts[i], call.lengths[i])) call.reply.bulkString(geohashText(zset.score))
      else call.reply.nil()
    }
  },
})
