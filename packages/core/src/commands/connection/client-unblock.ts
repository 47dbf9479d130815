import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'

export default defineCoreCommand({
  name: 'CLIENT UNBLOCK',
  summary: 'Ends the waiting of a connection that a blocking command blocks.',
  since: '5.0.0',
  group: 'connection',
  complexity: 'O(log N) where N is the number of connections',
  flags: ['admin', 'noscript', 'loading', 'stale', 'sentinel'],
  args: {
    clientId: arg.integer(),
    unblockType: arg.optional(arg.oneOf({ timeout: arg.token('TIMEOUT'), error: arg.token('ERROR') })),
  },
  reply: reply.integer('1 when it was blocked, 0 when not'),
  raw(call) {
    if (call.argc > 3 && !call.argIs(3, 'timeout') && !call.argIs(3, 'error')) {
      return call.reply.error('ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR')
    }
    if (call.argInt64(2) === undefined) return call.reply.error(ERRORS.notInteger)
    // No command blocks yet.
    call.reply.integer(0)
  },
})
