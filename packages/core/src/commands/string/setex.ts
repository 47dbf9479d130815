import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { setWithExpiry } from './_expiry-options.ts'

export default defineCoreCommand({
  name: 'SETEX',
  summary: 'Sets the string value of a key and its time to live in seconds.',
  since: '2.0.0',
  group: 'string',
  complexity: 'O(1)',
  flags: ['write', 'denyoom'],
  deprecatedSince: '2.6.12',
  replacedBy: '`SET` with the `EX` argument',
  args: { key: arg.key({ access: 'OW' }), seconds: arg.integer(), value: arg.string() },
  reply: reply.simple('OK, always'),
  raw(call) {
    setWithExpiry(call, 'ex')
  },
})
