import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readSide, sides } from './_list.ts'
import { move } from './_move.ts'

export default defineCoreCommand({
  name: 'LMOVE',
  summary: 'Moves an element from one end of a list to an end of another and returns it.',
  since: '6.2.0',
  group: 'list',
  complexity: 'O(1)',
  flags: ['write', 'denyoom'],
  args: {
    source: arg.key({ access: 'RW', flags: ['access', 'delete'] }),
    destination: arg.key({ access: 'RW', flags: ['insert'] }),
    wherefrom: arg.oneOf(sides),
    whereto: arg.oneOf(sides),
  },
  reply: reply.oneOf([reply.string('the element'), reply.nil('the source does not exist')]),
  raw(call) {
    const fromHead = readSide(call, 3)
    if (fromHead === undefined) return
    const toHead = readSide(call, 4)
    if (toHead === undefined) return
    if (!move(call, fromHead, toHead)) call.reply.nil()
  },
})
