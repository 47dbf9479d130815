import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import { EVENT_LIST } from '../../engine/events.ts'
import { readInteger, writeList } from './_list.ts'

export default defineCoreCommand({
  name: 'LSET',
  summary: 'Gives the element with an index another value.',
  since: '1.0.0',
  group: 'list',
  complexity: 'O(1) at the ends, in the middle O(N / 100,000) where N is the length of the list',
  flags: ['write', 'denyoom'],
  args: { key: arg.key({ access: 'RW', flags: ['update'] }), index: arg.integer(), element: arg.string() },
  reply: reply.simple('OK'),
  raw(call) {
    const list = writeList(call, 1)
    if (list === undefined) return
    const { length } = list
    if (length === 0) return call.reply.error(ERRORS.noSuchKey)
    const given = readInteger(call, 2)
    if (Number.isNaN(given)) return
    const index = given < 0 ? length + given : given
    // Redis reckons as if the element were added, whether the index is there or not.
    list.grow(call.lengths[3], 1)
    if (index < 0 || index >= length) return call.reply.error(ERRORS.outOfRange)
    list.set(index, call.buf, call.starts[3], call.lengths[3])
    list.shrink()
    call.changed(EVENT_LIST, 'lset', 1)
    call.reply.ok()
  },
})
