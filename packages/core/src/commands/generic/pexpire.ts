import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { conditionArgument, setTimeToLive } from './_expiry.ts'

export default defineCoreCommand({
  name: 'PEXPIRE',
  summary: 'Sets the time to live of a key, in milliseconds.',
  since: '2.6.0',
  group: 'generic',
  complexity: 'O(1)',
  flags: ['write', 'fast'],
  acl: ['keyspace'],
  history: [['7.0.0', 'Added the options NX, XX, GT and LT.']],
  args: {
    key: arg.key({ access: 'RW' }),
    milliseconds: arg.integer(),
    condition: conditionArgument,
  },
  reply: reply.oneOf([
    reply.integer('1: the time to live was set, or the key deleted because the time is over'),
    reply.integer('0: the key does not exist, or the condition was not met'),
  ]),
  raw(call) {
    setTimeToLive(call, 1, true)
  },
})
