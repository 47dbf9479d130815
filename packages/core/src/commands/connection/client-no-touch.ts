import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'CLIENT NO-TOUCH',
  summary: "Keeps the connection's commands from counting as accesses to keys.",
  since: '7.2.0',
  group: 'connection',
  complexity: 'O(1)',
  flags: ['allow_busy', 'noscript', 'loading', 'stale'],
  args: { enabled: arg.oneOf({ on: arg.token('ON'), off: arg.token('OFF') }) },
  reply: reply.simple('OK'),
  raw(call) {
    const isOn = call.argIs(2, 'on')
    if (!isOn && !call.argIs(2, 'off')) return call.syntaxError()
    call.session.noTouch = isOn
    call.reply.ok()
  },
})
