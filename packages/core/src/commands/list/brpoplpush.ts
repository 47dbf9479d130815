import { arg, reply } from '@kvasir/module-api'
import { NULL_ARRAY_AFTER_TIMEOUT, readTimeoutSeconds } from '../../engine/blocking.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { TYPE_LIST } from '../../keyspace/entry.ts'
import { move } from './_move.ts'

export default defineCoreCommand({
  name: 'BRPOPLPUSH',
  summary: 'Moves the last element of a list to the head of another and returns it, or waits for one.',
  since: '2.2.0',
  group: 'list',
  complexity: 'O(1)',
  flags: ['write', 'denyoom', 'blocking'],
  history: [['6.0.0', 'The timeout may have decimal places.']],
  args: {
    source: arg.key({ access: 'RW', flags: ['access', 'delete'] }),
    destination: arg.key({ access: 'RW', flags: ['insert'] }),
    timeout: arg.double(),
  },
  reply: reply.oneOf([reply.string('the element'), reply.nil('the time is over')]),
  raw(call) {
    const timeoutMs = readTimeoutSeconds(call, 3)
    if (Number.isNaN(timeoutMs) || move(call, false, true)) return
    if (!call.mayBlock) return call.reply.nil()
    call.engine.blocking.block(call, { keys: [1], type: TYPE_LIST, timeoutMs, answer: NULL_ARRAY_AFTER_TIMEOUT })
  },
})
