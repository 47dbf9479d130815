import { reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import type { StoredRequest } from '../../engine/stored-request.ts'

export default defineCoreCommand({
  name: 'EXEC',
  summary: 'Runs what was queued since MULTI, with nothing of others in between.',
  since: '1.2.0',
  group: 'transactions',
  complexity: 'Depends on the commands that were queued.',
  flags: ['noscript', 'loading', 'stale', 'skip_commandlog'],
  args: {},
  reply: reply.oneOf([
    reply.list(reply.any('the answer of a queued command')),
    reply.nil('a watched key was changed: nothing was run'),
  ]),
  raw(call) {
    const { session, engine, reply: out } = call
    const { transaction } = session
    if (transaction === undefined) return out.error('ERR EXEC without MULTI')
    const isOutOfMemory =
      engine.maxmemoryBytes > 0 && transaction.mayGrow && !transaction.isBroken && !engine.upkeep.freeMemory()
    const isChanged = engine.transactions.isChanged(session)
    engine.transactions.end(session)
    if (transaction.isBroken) {
      return out.error('EXECABORT Transaction discarded because of previous errors.')
    }
    if (isOutOfMemory) return out.error(`EXECABORT Transaction discarded because of: ${ERRORS.outOfMemory}`)
    if (isChanged) return out.nullArray()
    out.array(transaction.requests.length)
    for (const request of transaction.requests) runQueued(call, request)
  },
})

/** Its user's permissions may have changed since it was queued. */
function runQueued({ session, engine, reply }: Call, request: StoredRequest): void {
  const { acl, dispatcher } = engine
  const refusal = acl.refusalAtExec(session, request)
  if (refusal !== undefined) {
    reply.error(refusal)
    return dispatcher.countError(refusal)
  }
  dispatcher.runStored(session, request)
}
