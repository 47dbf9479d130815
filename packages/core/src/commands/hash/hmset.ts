import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { setPairs } from './_hash.ts'

export default defineCoreCommand({
  name: 'HMSET',
  summary: 'Gives fields of a hash their values. The key is created if it does not exist.',
  since: '2.0.0',
  group: 'hash',
  complexity: 'O(N) where N is the number of fields',
  flags: ['write', 'denyoom', 'fast'],
  deprecatedSince: '4.0.0',
  replacedBy: '`HSET` with several field-value pairs',
  args: {
    key: arg.key({ access: 'RW', flags: ['update'] }),
    data: arg.repeated(arg.block({ field: arg.string(), value: arg.string() })),
  },
  reply: reply.simple('OK'),
  raw(call) {
    if (setPairs(call) >= 0) call.reply.ok()
  },
})
