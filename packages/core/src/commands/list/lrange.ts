import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readInteger, readList } from './_list.ts'
import { clampRange, range } from './_range.ts'

export default defineCoreCommand({
  name: 'LRANGE',
  summary: 'Returns the elements from one index to another, both included; negative ones count from the end.',
  since: '1.0.0',
  group: 'list',
  complexity: 'O(N) where N is the number of elements returned, and as LINDEX to find the first one',
  flags: ['readonly'],
  args: { key: arg.key({ access: 'RO' }), start: arg.integer(), stop: arg.integer() },
  reply: reply.list(reply.string(), 'the elements'),
  raw(call) {
    const start = readInteger(call, 2)
    if (Number.isNaN(start)) return
    const stop = readInteger(call, 3)
    if (Number.isNaN(stop)) return
    const list = readList(call, 1)
    if (list === undefined) return
    const { reply: out } = call
    clampRange(start, stop, list.length)
    out.array(range.count)
    list.forRange(range.start, range.count, (buf, from, length) => out.bulk(buf, from, length))
  },
})
