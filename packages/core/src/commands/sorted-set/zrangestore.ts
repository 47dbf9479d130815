import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { BY_RANK, ranksOf } from './_range.ts'
import { limitArgument, readRangeOptions } from './_range-reply.ts'
import { buildZset, storeResult } from './_store.ts'
import { readZset } from './_zset.ts'

export default defineCoreCommand({
  name: 'ZRANGESTORE',
  summary: 'Stores a range of members of a sorted set at a key.',
  since: '6.2.0',
  group: 'sorted_set',
  complexity: 'O(log(N)+M) where N is the number of members and M the number stored',
  flags: ['write', 'denyoom'],
  args: {
    dst: arg.key({ access: 'OW', flags: ['update'] }),
    src: arg.key({ access: 'RO' }),
    min: arg.string(),
    max: arg.string(),
    sortby: arg.optional(arg.oneOf({ byscore: arg.token('BYSCORE'), bylex: arg.token('BYLEX') })),
    rev: arg.flag('REV'),
    limit: limitArgument(),
  },
  reply: reply.integer('how many members are stored'),
  raw(call) {
    const options = readRangeOptions(call, 3, { isStored: true })
    if (options === undefined) return
    const zset = readZset(call, 2)
    if (zset === undefined) return
    const { range } = options
    const { rank, count } = ranksOf(range, zset)
    const { zsetEntries, zsetValueBytes } = call.db.owner.limits
    // As in Valkey, which fills a listpack as long as it fits; only of ranks it knows ahead how many there will be.
    let isListpack = range.kind !== BY_RANK || count <= zsetEntries
    const result = buildZset(call, (built) => {
      zset.walk(rank, count, range.isReverse, (buf, start, length, score) => {
        if (length > zsetValueBytes || built.size >= zsetEntries) isListpack = false
        // Where zero has no sign.
        built.add(buf, start, length, isListpack ? score + 0 : score)
      })
    })
    storeResult(call, result, 'zrangestore')
  },
})
