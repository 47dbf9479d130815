import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { expiryReply, setFieldExpiry } from './_field-expiry.ts'
import { fieldsArgument } from './_fields.ts'

export default defineCoreCommand({
  name: 'HPEXPIRE',
  summary: 'Sets when fields of a hash expire, in milliseconds from now.',
  since: '9.0.0',
  group: 'hash',
  complexity: 'O(N) where N is the number of fields given',
  flags: ['write', 'fast'],
  args: {
    key: arg.key({ access: 'RW', flags: ['update'] }),
    milliseconds: arg.integer(),
    condition: arg.optional(
      arg.oneOf(
        { nx: arg.token('NX'), xx: arg.token('XX'), gt: arg.token('GT'), lt: arg.token('LT') },
        { since: '9.0.0' },
      ),
    ),
    fields: fieldsArgument,
  },
  reply: expiryReply,
  raw(call) {
    setFieldExpiry(call, 1, true)
  },
})
