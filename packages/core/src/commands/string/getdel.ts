import { arg, reply } from '@kvasir/module-api'
import { WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { replyOldValue } from './_old-value.ts'

export default defineCoreCommand({
  name: 'GETDEL',
  summary: 'Returns the string value of a key and deletes the key.',
  since: '6.2.0',
  group: 'string',
  complexity: 'O(1)',
  flags: ['write', 'fast'],
  args: { key: arg.key({ access: 'RW', flags: ['access', 'delete'] }) },
  reply: reply.oneOf([reply.string('the value'), reply.nil('the key did not exist')]),
  raw(call) {
    const address = replyOldValue(call)
    if (address !== WRONG_TYPE && address !== 0) call.deleteKey(address, 1)
  },
})
