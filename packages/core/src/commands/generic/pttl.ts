import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { replyWithTime, timeReply } from './_time-to-live.ts'

export default defineCoreCommand({
  name: 'PTTL',
  summary: 'Returns the time to live of a key, in milliseconds.',
  since: '2.6.0',
  group: 'generic',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  acl: ['keyspace'],
  tips: ['nondeterministic_output'],
  history: [['2.8.0', 'Answers -2 when the key does not exist.']],
  args: { key: arg.key({ access: 'RO' }) },
  reply: timeReply('milliseconds'),
  raw(call) {
    replyWithTime(call, 1, true)
  },
})
