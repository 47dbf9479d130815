import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readInteger, removed, writeList } from './_list.ts'
import { clampRange, range } from './_range.ts'

export default defineCoreCommand({
  name: 'LTRIM',
  summary: 'Removes all elements of a list but those from one index to another. The key is deleted when none is left.',
  since: '1.0.0',
  group: 'list',
  complexity: 'O(N) where N is the number of elements removed',
  flags: ['write'],
  args: { key: arg.key({ access: 'RW', flags: ['delete'] }), start: arg.integer(), stop: arg.integer() },
  reply: reply.simple('OK'),
  raw(call) {
    const start = readInteger(call, 2)
    if (Number.isNaN(start)) return
    const stop = readInteger(call, 3)
    if (Number.isNaN(stop)) return
    const list = writeList(call, 1)
    if (list === undefined) return
    const { length } = list
    if (length === 0) return call.reply.ok()
    clampRange(start, stop, length)
    const { start: first, count } = range
    if (count === 0) list.removeRange(0, length)
    else {
      list.removeRange(first + count, length - first - count)
      list.removeRange(0, first)
    }
    removed(call, list, 'ltrim', 1, length - count)
    call.reply.ok()
  },
})
