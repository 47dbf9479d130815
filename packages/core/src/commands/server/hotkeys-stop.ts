import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'HOTKEYS STOP',
  summary: 'Ends the tracking of hot keys and keeps what was found.',
  since: '8.6.0',
  group: 'server',
  complexity: 'O(1)',
  flags: ['admin', 'noscript'],
  tips: ['request_policy:special', 'response_policy:special'],
  args: {},
  reply: reply.oneOf([reply.simple('OK'), reply.nil('nothing is tracked')]),
  raw(call) {
    const { hotKeys } = call.engine.observer
    hotKeys.endIfOver()
    // Redis documents an error for this, and answers nil, as its clients tell and count on.
    if (!hotKeys.isActive) return call.reply.nil()
    hotKeys.stop()
    call.reply.ok()
  },
})
