import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { wrongArity } from '../../engine/errors.ts'
import { NO_EXPIRY } from '../../keyspace/database.ts'
import { setPairs } from './_pairs.ts'

export default defineCoreCommand({
  name: 'MSET',
  summary: 'Sets the string values of several keys at once.',
  since: '1.0.1',
  group: 'string',
  complexity: 'O(N), N being the number of keys.',
  flags: ['write', 'denyoom'],
  tips: ['request_policy:multi_shard', 'response_policy:all_succeeded'],
  args: { data: arg.repeated(arg.block({ key: arg.key({ access: 'OW' }), value: arg.string() })) },
  reply: reply.simple('OK, always'),
  raw(call) {
    if (call.argc % 2 === 0) return call.reply.error(wrongArity('mset'))
    setPairs(call, 1, call.argc, NO_EXPIRY)
    call.reply.ok()
  },
})
