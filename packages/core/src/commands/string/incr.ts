import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { increment } from './_number.ts'

export default defineCoreCommand({
  name: 'INCR',
  summary: 'Adds one to the whole number held by a key. A missing key counts as 0.',
  since: '1.0.0',
  group: 'string',
  complexity: 'O(1)',
  flags: ['write', 'denyoom', 'fast'],
  args: { key: arg.key({ access: 'RW', flags: ['access', 'update'] }) },
  reply: reply.integer('the value afterwards'),
  raw(call) {
    increment(call, 1)
  },
})
