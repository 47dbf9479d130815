import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { replyWithTime, timeReply } from './_time-to-live.ts'

export default defineCoreCommand({
  name: 'PEXPIRETIME',
  summary: 'Returns the time at which a key expires, in milliseconds since 1970.',
  since: '7.0.0',
  group: 'generic',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  acl: ['keyspace'],
  args: { key: arg.key({ access: 'RO' }) },
  reply: timeReply('milliseconds'),
  raw(call) {
    replyWithTime(call, 1, false)
  },
})
