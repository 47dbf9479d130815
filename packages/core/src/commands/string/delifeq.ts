import { arg, reply } from '@kvasir/module-api'
import { WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { valueEquals } from './_old-value.ts'

export default defineCoreCommand({
  name: 'DELIFEQ',
  summary: 'Deletes a key if its string value equals the one given.',
  since: '9.0.0',
  group: 'string',
  complexity: 'O(1)',
  flags: ['write', 'fast'],
  args: { key: arg.key({ access: 'RM' }), value: arg.string() },
  reply: reply.integer('1: the key was deleted; 0: it does not exist or holds another value'),
  raw(call) {
    const address = call.lookupWriteString(1)
    if (address === WRONG_TYPE) return
    if (address === 0 || !valueEquals(call, address, 2)) return call.reply.integer(0)
    call.deleteKey(address, 1)
    call.reply.integer(1)
  },
})
