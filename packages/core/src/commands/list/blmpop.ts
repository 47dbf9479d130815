import { arg, reply } from '@kvasir/module-api'
import { NULL_ARRAY_AFTER_TIMEOUT, readTimeoutSeconds } from '../../engine/blocking.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { TYPE_LIST } from '../../keyspace/entry.ts'
import { multiPop, multiPopArguments, readListMultiPop } from './_multi-pop.ts'

export default defineCoreCommand({
  name: 'BLMPOP',
  summary: 'Removes elements of the first list that has some, and returns its key and them, or waits for some.',
  since: '7.0.0',
  group: 'list',
  complexity: 'O(N+M) where N is the number of keys and M the number of elements returned',
  flags: ['write', 'blocking'],
  args: { timeout: arg.double(), ...multiPopArguments },
  reply: reply.oneOf([
    reply.array([reply.string('the key'), reply.list(reply.string('an element'))]),
    reply.nil('the time is over'),
  ]),
  raw(call) {
    const request = readListMultiPop(call, 2)
    if (request === undefined) return
    // The timeout comes first, but is looked at last.
    const timeoutMs = readTimeoutSeconds(call, 1)
    if (Number.isNaN(timeoutMs) || multiPop(call, request)) return
    const { keys } = request
    call.engine.blocking.block(call, { keys, type: TYPE_LIST, timeoutMs, answer: NULL_ARRAY_AFTER_TIMEOUT })
  },
})
