import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readList } from './_list.ts'

export default defineCoreCommand({
  name: 'LLEN',
  summary: 'Returns the length of a list.',
  since: '1.0.0',
  group: 'list',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  args: { key: arg.key({ access: 'RO', flags: [] }) },
  reply: reply.integer('the length, 0 when the key does not exist'),
  raw(call) {
    const list = readList(call, 1)
    if (list !== undefined) call.reply.integer(list.length)
  },
})
