import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { setPairs } from './_hash.ts'

export default defineCoreCommand({
  name: 'HSET',
  summary: 'Gives fields of a hash their values. The key is created if it does not exist.',
  since: '2.0.0',
  group: 'hash',
  complexity: 'O(1) for each field',
  flags: ['write', 'denyoom', 'fast'],
  history: [['4.0.0', 'Accepts multiple `field` and `value` arguments.']],
  args: {
    key: arg.key({ access: 'RW', flags: ['update'] }),
    data: arg.repeated(arg.block({ field: arg.string(), value: arg.string() })),
  },
  reply: reply.integer('how many of the fields are new'),
  raw(call) {
    const added = setPairs(call)
    if (added >= 0) call.reply.integer(added)
  },
})
