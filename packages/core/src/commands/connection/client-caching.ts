import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'CLIENT CACHING',
  summary: 'Says whether the keys of the next command, or transaction, are tracked: YES with OPTIN, NO with OPTOUT.',
  since: '6.0.0',
  group: 'connection',
  complexity: 'O(1)',
  flags: ['allow_busy', 'noscript', 'loading', 'stale', 'sentinel'],
  args: { mode: arg.oneOf({ yes: arg.token('YES'), no: arg.token('NO') }) },
  reply: reply.simple('OK'),
  raw(call) {
    const { tracking } = call.session
    if (tracking === undefined) {
      const modes = 'in tracking mode with OPTIN or OPTOUT mode enabled'
      return call.reply.error(`ERR CLIENT CACHING can be called only when the client is ${modes}`)
    }
    const isYes = call.argIs(2, 'yes')
    if (!isYes && !call.argIs(2, 'no')) return call.syntaxError()
    if (isYes ? !tracking.optin : !tracking.optout) {
      const [word, mode] = isYes ? ['YES', 'OPTIN'] : ['NO', 'OPTOUT']
      return call.reply.error(`ERR CLIENT CACHING ${word} is only valid when tracking is enabled in ${mode} mode.`)
    }
    tracking.isCachingSet = true
    call.reply.ok()
  },
})
