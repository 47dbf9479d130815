import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readDirected, removed, writeList } from './_list.ts'

export default defineCoreCommand({
  name: 'LREM',
  summary: 'Removes elements of a list that are equal to a value. The key is deleted when none is left.',
  since: '1.0.0',
  group: 'list',
  complexity: 'O(N) where N is the length of the list',
  flags: ['write'],
  args: { key: arg.key({ access: 'RW', flags: ['delete'] }), count: arg.integer(), element: arg.string() },
  reply: reply.integer('how many were removed'),
  raw(call) {
    const count = readDirected(call, 2)
    if (Number.isNaN(count)) return
    const list = writeList(call, 1)
    if (list === undefined) return
    if (list.length === 0) return call.reply.integer(0)
    const max = count === 0 ? Number.POSITIVE_INFINITY : Math.abs(count)
    const gone = list.removeEqual(call.buf, call.starts[3], call.lengths[3], max, count < 0)
    if (gone > 0) removed(call, list, 'lrem', 1, gone)
    call.reply.integer(gone)
  },
})
