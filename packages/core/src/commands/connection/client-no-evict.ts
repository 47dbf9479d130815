import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'CLIENT NO-EVICT',
  summary: 'Protects the connection from being closed to free memory.',
  since: '7.0.0',
  group: 'connection',
  complexity: 'O(1)',
  flags: ['allow_busy', 'admin', 'noscript', 'loading', 'stale', 'sentinel'],
  args: { enabled: arg.oneOf({ on: arg.token('ON'), off: arg.token('OFF') }) },
  reply: reply.simple('OK'),
  raw(call) {
    const isOn = call.argIs(2, 'on')
    if (!isOn && !call.argIs(2, 'off')) return call.syntaxError()
    call.session.noEvict = isOn
    call.reply.ok()
  },
})
