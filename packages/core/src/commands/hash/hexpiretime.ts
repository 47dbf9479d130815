import { arg } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { fieldTimesReply, replyWithFieldTimes } from './_field-time.ts'
import { fieldsArgument } from './_fields.ts'

export default defineCoreCommand({
  name: 'HEXPIRETIME',
  summary: 'Returns when fields of a hash expire, in seconds since 1970.',
  since: '9.0.0',
  group: 'hash',
  complexity: 'O(N) where N is the number of fields given',
  flags: ['readonly', 'fast'],
  args: { key: arg.key({ access: 'RO' }), fields: fieldsArgument },
  reply: fieldTimesReply('seconds since 1970'),
  raw(call) {
    replyWithFieldTimes(call, 1000, false)
  },
})
