import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_STRING } from '../../engine/events.ts'
import { NO_EXPIRY } from '../../keyspace/database.ts'

export default defineCoreCommand({
  name: 'SETNX',
  summary: 'Sets the string value of a key that does not exist.',
  since: '1.0.0',
  group: 'string',
  complexity: 'O(1)',
  flags: ['write', 'denyoom', 'fast'],
  deprecatedSince: '2.6.12',
  replacedBy: '`SET` with the `NX` argument',
  args: { key: arg.key({ access: 'OW', flags: ['insert'] }), value: arg.string() },
  reply: reply.integer('1: the key was set; 0: it exists'),
  raw(call) {
    if (call.lookupWrite(1) !== 0) return call.reply.integer(0)
    call.putString(0, 1, 2, NO_EXPIRY)
    call.changed(EVENT_STRING, 'set', 1)
    call.reply.integer(1)
  },
})
