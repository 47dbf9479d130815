import { arg, reply } from '@kvasir/module-api'
import { WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_STRING } from '../../engine/events.ts'
import { NO_EXPIRY } from '../../keyspace/database.ts'
import { replyOldValue } from './_old-value.ts'

export default defineCoreCommand({
  name: 'GETSET',
  summary: 'Sets the string value of a key and returns the one before.',
  since: '1.0.0',
  group: 'string',
  complexity: 'O(1)',
  flags: ['write', 'denyoom', 'fast'],
  deprecatedSince: '6.2.0',
  replacedBy: '`SET` with the `GET` argument',
  args: { key: arg.key({ access: 'RW', flags: ['access', 'update'] }), value: arg.string() },
  reply: reply.oneOf([reply.string('the value before'), reply.nil('the key did not exist')]),
  raw(call) {
    const address = replyOldValue(call)
    if (address === WRONG_TYPE) return
    call.putString(address, 1, 2, NO_EXPIRY)
    call.changed(EVENT_STRING, 'set', 1)
  },
})
