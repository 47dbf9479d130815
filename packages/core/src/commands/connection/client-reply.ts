import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { REPLY_OFF, REPLY_ON, REPLY_SKIP_NEXT } from '../../engine/session.ts'

export default defineCoreCommand({
  name: 'CLIENT REPLY',
  summary: 'Turns replies off or on, or leaves out that of the next command.',
  since: '3.2.0',
  group: 'connection',
  complexity: 'O(1)',
  flags: ['allow_busy', 'noscript', 'no_multi', 'loading', 'stale', 'sentinel'],
  args: { action: arg.oneOf({ on: arg.token('ON'), off: arg.token('OFF'), skip: arg.token('SKIP') }) },
  reply: reply.oneOf([reply.simple('OK, for ON'), reply.any('none at all, for OFF and SKIP')]),
  raw(call) {
    const { session } = call
    if (call.argIs(2, 'on')) {
      session.replyMode = REPLY_ON
      call.reply.ok()
    } else if (call.argIs(2, 'off')) session.replyMode = REPLY_OFF
    else if (!call.argIs(2, 'skip')) call.syntaxError()
    else if (session.replyMode !== REPLY_OFF) session.replyMode = REPLY_SKIP_NEXT
  },
})
