import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import type { ShutdownRequest } from '../../engine/engine.ts'

export default defineCoreCommand({
  name: 'SHUTDOWN',
  summary: 'Ends the server, after saving the dataset when that is asked for or configured.',
  since: '1.0.0',
  group: 'server',
  complexity: 'O(N) when saving, where N is the number of keys in all databases, otherwise O(1)',
  flags: ['admin', 'noscript', 'loading', 'stale', 'no_multi', 'sentinel', 'allow_busy'],
  history: [['7.0.0', 'NOW, FORCE and ABORT.']],
  args: {
    abortSelector: arg.optional(
      arg.oneOf({
        saveSelectorBlock: arg.block({
          saveSelector: arg.optional(arg.oneOf({ nosave: arg.token('NOSAVE'), save: arg.token('SAVE') })),
          now: arg.flag('NOW', { since: '7.0.0' }),
          force: arg.flag('FORCE', { since: '7.0.0' }),
          safe: arg.flag('SAFE', { since: '9.0.0' }),
          failover: arg.flag('FAILOVER', { since: '9.0.0' }),
        }),
        abort: arg.token('ABORT', { since: '7.0.0' }),
      }),
    ),
  },
  reply: reply.simple('OK for ABORT; the others have no reply when they succeed: the connection ends'),
  raw(call) {
    const request = requestOf(call)
    if (request === undefined) return call.syntaxError()
    // Nothing is waited for, so there is never a shutdown that could be aborted.
    if (request === 'abort') return call.reply.error('ERR No shutdown in progress.')
    const { onShutdownRequest } = call.engine
    if (onShutdownRequest === undefined) {
      return call.reply.error('ERR this engine is part of a program, which alone can end it')
    }
    const { id, transport } = call.session
    const refusal = onShutdownRequest({ ...request, client: `id=${id} addr=${transport.address}` })
    if (refusal !== undefined) call.reply.error(refusal)
  },
})

/**
 * SAFE and FAILOVER concern clusters: there is nothing to do for them in a single server.
 * @returns undefined for wrong words
 */
function requestOf(call: Call): ShutdownRequest | 'abort' | undefined {
  const given = new Set<string>()
  for (let i = 1; i < call.argc; i++) given.add(call.argLatin1(i).toLowerCase())
  if (given.delete('abort')) return given.size === 0 ? 'abort' : undefined
  const save = given.delete('save')
  const nosave = given.delete('nosave')
  const now = given.delete('now')
  const force = given.delete('force')
  given.delete('safe')
  given.delete('failover')
  if (given.size > 0 || (save && nosave)) return undefined
  return { ...(save || nosave ? { save } : {}), now, force }
}
