import { arg, reply } from '@kvasir/module-api'
import { WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'GET',
  summary: 'Returns the string value of a key.',
  since: '1.0.0',
  group: 'string',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  args: { key: arg.key({ access: 'RO' }) },
  reply: reply.oneOf([reply.string('the value'), reply.nil('the key does not exist')]),
  raw(call) {
    const address = call.lookupReadString(1)
    if (address === WRONG_TYPE) return
    if (address === 0) return call.reply.nil()
    const { db } = call
    db.value(address)
    call.reply.bulk(db.valueBuf, db.valueStart, db.valueLength)
  },
})
