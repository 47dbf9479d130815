import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'CLIENT IMPORT-SOURCE',
  summary: 'Says that the connection brings keys from elsewhere: it sees those whose time is over, in `import-mode`.',
  since: '8.1.0',
  group: 'connection',
  complexity: 'O(1)',
  flags: ['noscript', 'loading', 'stale'],
  args: { enabled: arg.oneOf({ on: arg.token('ON'), off: arg.token('OFF') }) },
  reply: reply.simple('OK'),
  raw(call) {
    const isOn = call.argIs(2, 'on')
    const isOff = call.argIs(2, 'off')
    if (!call.engine.importMode && !isOff) return call.reply.error('ERR Server is not in import mode')
    if (!isOn && !isOff) return call.syntaxError()
    call.session.importSource = isOn
    call.reply.ok()
  },
})
