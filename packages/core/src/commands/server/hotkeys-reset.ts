import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'HOTKEYS RESET',
  summary: 'Forgets what the tracking of hot keys found.',
  since: '8.6.0',
  group: 'server',
  complexity: 'O(1)',
  flags: ['admin', 'noscript'],
  tips: ['request_policy:special', 'response_policy:special'],
  args: {},
  reply: reply.simple('OK'),
  raw(call) {
    const { hotKeys } = call.engine.observer
    hotKeys.endIfOver()
    if (hotKeys.isActive) return call.reply.error('ERR hotkey tracking is active, use HOTKEYS STOP first')
    hotKeys.reset()
    call.reply.ok()
  },
})
