import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { conditionArgument, setTimeToLive } from './_expiry.ts'

export default defineCoreCommand({
  name: 'EXPIREAT',
  summary: 'Sets the time at which a key expires, in seconds since 1970.',
  since: '1.2.0',
  group: 'generic',
  complexity: 'O(1)',
  flags: ['write', 'fast'],
  acl: ['keyspace'],
  history: [['7.0.0', 'Added the options NX, XX, GT and LT.']],
  args: {
    key: arg.key({ access: 'RW' }),
    unixTimeSeconds: arg.unixTime(),
    condition: conditionArgument,
  },
  reply: reply.oneOf([
    reply.integer('1: the time to live was set, or the key deleted because the time is over'),
    reply.integer('0: the key does not exist, or the condition was not met'),
  ]),
  raw(call) {
    setTimeToLive(call, 1000, false)
  },
})
