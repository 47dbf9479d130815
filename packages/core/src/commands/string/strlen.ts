import { arg, reply } from '@kvasir/module-api'
import { WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'STRLEN',
  summary: 'Returns the length of a string in bytes, 0 for a missing key.',
  since: '2.2.0',
  group: 'string',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  args: { key: arg.key({ access: 'RO', flags: [] }) },
  reply: reply.integer('the length'),
  raw(call) {
    const address = call.lookupReadString(1)
    if (address === WRONG_TYPE) return
    if (address === 0) return call.reply.integer(0)
    call.db.value(address)
    call.reply.integer(call.db.valueLength)
  },
})
