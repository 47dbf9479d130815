import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { wrongArity } from '../../engine/errors.ts'
import { NO_EXPIRY } from '../../keyspace/database.ts'
import { noneExists, setPairs } from './_pairs.ts'

export default defineCoreCommand({
  name: 'MSETNX',
  summary: 'Sets the string values of several keys at once, but only if none of the keys exists.',
  since: '1.0.1',
  group: 'string',
  complexity: 'O(N), N being the number of keys.',
  flags: ['write', 'denyoom'],
  args: {
    data: arg.repeated(arg.block({ key: arg.key({ access: 'OW', flags: ['insert'] }), value: arg.string() })),
  },
  reply: reply.integer('1: all keys were set; 0: none was'),
  raw(call) {
    if (call.argc % 2 === 0) return call.reply.error(wrongArity('msetnx'))
    if (!noneExists(call, 1, call.argc)) return call.reply.integer(0)
    setPairs(call, 1, call.argc, NO_EXPIRY)
    call.reply.integer(1)
  },
})
