import { arg, reply } from '@kvasir/module-api'
import { NULL_ARRAY_AFTER_TIMEOUT, readTimeoutSeconds } from '../../engine/blocking.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { TYPE_LIST } from '../../keyspace/entry.ts'
import { readSide, sides } from './_list.ts'
import { move } from './_move.ts'

export default defineCoreCommand({
  name: 'BLMOVE',
  summary: 'Moves an element from one end of a list to an end of another and returns it, or waits for one.',
  since: '6.2.0',
  group: 'list',
  complexity: 'O(1)',
  flags: ['write', 'denyoom', 'blocking'],
  args: {
    source: arg.key({ access: 'RW', flags: ['access', 'delete'] }),
    destination: arg.key({ access: 'RW', flags: ['insert'] }),
    wherefrom: arg.oneOf(sides),
    whereto: arg.oneOf(sides),
    timeout: arg.double(),
  },
  reply: reply.oneOf([reply.string('the element'), reply.nil('the time is over')]),
  raw(call) {
    const fromHead = readSide(call, 3)
    if (fromHead === undefined) return
    const toHead = readSide(call, 4)
    if (toHead === undefined) return
    const timeoutMs = readTimeoutSeconds(call, 5)
    if (Number.isNaN(timeoutMs) || move(call, fromHead, toHead)) return
    if (!call.mayBlock) return call.reply.nil()
    call.engine.blocking.block(call, { keys: [1], type: TYPE_LIST, timeoutMs, answer: NULL_ARRAY_AFTER_TIMEOUT })
  },
})
