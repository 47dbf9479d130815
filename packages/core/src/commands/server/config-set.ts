import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'CONFIG SET',
  summary: 'Sets configuration parameters: all that are given, or none.',
  since: '2.0.0',
  group: 'server',
  complexity: 'O(N) when N is the number of configuration parameters provided',
  flags: ['admin', 'noscript', 'loading', 'stale'],
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  history: [['7.0.0', 'Sets several parameters in one call.']],
  args: { data: arg.repeated(arg.block({ parameter: arg.string(), value: arg.string() })) },
  reply: reply.simple('OK'),
  raw(call) {
    if (call.argc % 2 !== 0) return call.syntaxError()
    const pairs: [name: string, text: string][] = []
    for (let i = 2; i < call.argc; i += 2) pairs.push([call.argLatin1(i), call.argLatin1(i + 1)])
    const error = call.engine.config.set(pairs, { local: call.session.isLocal })
    if (error === undefined) call.reply.ok()
    else call.reply.error(error)
  },
})
