import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'MEMORY PURGE',
  summary: 'Gives back memory that holds nothing.',
  since: '4.0.0',
  group: 'server',
  complexity: 'Depends on how much memory is empty, about a millisecond for 32 megabytes',
  flags: ['loading'],
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  args: {},
  reply: reply.simple('OK'),
  raw(call) {
    for (const db of call.engine.databases()) db.arena.trim()
    call.reply.ok()
  },
})
