import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_LIST } from '../../engine/events.ts'
import { writeList } from './_list.ts'

export default defineCoreCommand({
  name: 'LINSERT',
  summary: 'Puts an element ahead of or behind the first element of a list that is equal to another value.',
  since: '2.2.0',
  group: 'list',
  complexity: 'O(N) where N is the number of elements up to the one found',
  flags: ['write', 'denyoom'],
  args: {
    key: arg.key({ access: 'RW', flags: ['insert'] }),
    where: arg.oneOf({ before: arg.token('BEFORE'), after: arg.token('AFTER') }),
    pivot: arg.string(),
    element: arg.string(),
  },
  reply: reply.oneOf([
    reply.integer('the length of the list afterwards'),
    reply.integer('0: the key does not exist'),
    reply.integer('-1: no element is equal'),
  ]),
  raw(call) {
    const { buf, starts, lengths } = call
    const isAfter = call.argIs(2, 'after')
    if (!isAfter && !call.argIs(2, 'before')) return call.syntaxError()
    const list = writeList(call, 1)
    if (list === undefined) return
    const { length } = list
    if (length === 0) return call.reply.integer(0)
    list.grow(lengths[4], 1)
    let pivot = -1
    list.forEachEqual(buf, starts[3], lengths[3], 0, 1, length, (index) => {
      pivot = index
      return false
    })
    if (pivot < 0) return call.reply.integer(-1)
    list.insert(isAfter ? pivot + 1 : pivot, buf, starts[4], lengths[4])
    call.changed(EVENT_LIST, 'linsert', 1)
    call.reply.integer(length + 1)
  },
})
