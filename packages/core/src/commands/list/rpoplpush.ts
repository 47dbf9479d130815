import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { move } from './_move.ts'

export default defineCoreCommand({
  name: 'RPOPLPUSH',
  summary: 'Moves the last element of a list to the head of another and returns it.',
  since: '1.2.0',
  group: 'list',
  complexity: 'O(1)',
  flags: ['write', 'denyoom'],
  args: {
    source: arg.key({ access: 'RW', flags: ['access', 'delete'] }),
    destination: arg.key({ access: 'RW', flags: ['insert'] }),
  },
  reply: reply.oneOf([reply.string('the element'), reply.nil('the source does not exist')]),
  raw(call) {
    if (!move(call, false, true)) call.reply.nil()
  },
})
