import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'

const UNBLOCKED = 'UNBLOCKED client unblocked via CLIENT UNBLOCK'

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
    const id = call.argInt64(2)
    if (id === undefined) return call.reply.error(ERRORS.notInteger)
    const { blocking, sessions } = call.engine
    const session = sessions.get(Number(id))
    if (session === undefined) return call.reply.integer(0)
    const unblocked = call.argIs(call.argc - 1, 'error')
      ? blocking.unblockWithError(session, UNBLOCKED)
      : blocking.unblockAsTimeout(session)
    call.reply.integer(unblocked ? 1 : 0)
  },
})
