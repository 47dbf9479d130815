import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { pop } from './_pop.ts'

export default defineCoreCommand({
  name: 'RPOP',
  summary: 'Removes the last elements of a list and returns them. The key is deleted with its last element.',
  since: '1.0.0',
  group: 'list',
  complexity: 'O(N) where N is the number of elements returned',
  flags: ['write', 'fast'],
  history: [['6.2.0', 'Added the argument `count`.']],
  args: {
    key: arg.key({ access: 'RW', flags: ['access', 'delete'] }),
    count: arg.optional(arg.integer({ since: '6.2.0' })),
  },
  reply: reply.oneOf([
    reply.nil('the key does not exist'),
    reply.string('without a count: the last element'),
    reply.list(reply.string(), 'with a count: up to so many elements'),
  ]),
  raw: (call) => pop(call, false),
})
