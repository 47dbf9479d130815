import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { element } from '../../structures/element.ts'
import { readInteger, readList } from './_list.ts'

export default defineCoreCommand({
  name: 'LINDEX',
  summary: 'Returns an element of a list by its index; negative ones count from the end.',
  since: '1.0.0',
  group: 'list',
  complexity: 'O(1) at the ends, in the middle O(N / 100,000) where N is the length of the list',
  flags: ['readonly'],
  args: { key: arg.key({ access: 'RO' }), index: arg.integer() },
  reply: reply.oneOf([reply.string('the element'), reply.nil('the key does not exist, or has no such index')]),
  raw(call) {
    const list = readList(call, 1)
    if (list === undefined) return
    const { length } = list
    if (length === 0) return call.reply.nil()
    const given = readInteger(call, 2)
    if (Number.isNaN(given)) return
    const index = given < 0 ? length + given : given
    if (index < 0 || index >= length) return call.reply.nil()
    list.read(index)
    call.reply.bulk(element.buf, element.start, element.length)
  },
})
