import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { wrongArity } from '../../engine/errors.ts'

export default defineCoreCommand({
  name: 'PING',
  summary: 'Answers PONG, or the message given, to show that the server is alive.',
  since: '1.0.0',
  group: 'connection',
  complexity: 'O(1)',
  flags: ['fast', 'sentinel'],
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  args: { message: arg.optional(arg.string()) },
  reply: reply.oneOf([reply.simple('PONG'), reply.string('the message')]),
  raw(call) {
    if (call.argc > 2) return call.reply.error(wrongArity('ping'))
    if (call.session.mayOnlySubscribe) return answerSubscriber(call)
    if (call.argc === 1) call.reply.simple('PONG')
    else call.reply.bulk(call.buf, call.starts[1], call.lengths[1])
  },
})

/** In the form of a message, which is all that the client reads now. */
function answerSubscriber(call: Call): void {
  call.reply.array(2)
  call.reply.bulkString('pong')
  if (call.argc === 1) call.reply.bulkString('')
  else call.reply.bulk(call.buf, call.starts[1], call.lengths[1])
}
