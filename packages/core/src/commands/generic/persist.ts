import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_GENERIC } from '../../engine/events.ts'
import { NO_EXPIRY } from '../../keyspace/database.ts'

export default defineCoreCommand({
  name: 'PERSIST',
  summary: 'Removes the time to live of a key.',
  since: '2.2.0',
  group: 'generic',
  complexity: 'O(1)',
  flags: ['write', 'fast'],
  acl: ['keyspace'],
  args: { key: arg.key({ access: 'RW' }) },
  reply: reply.oneOf([
    reply.integer('1: the time to live was removed'),
    reply.integer('0: the key does not exist, or has no time to live'),
  ]),
  raw(call) {
    const { db } = call
    const address = call.lookupWrite(1)
    if (address === 0 || db.expiryMs(address) === NO_EXPIRY) return call.reply.integer(0)
    db.setExpiry(address, NO_EXPIRY)
    call.changed(EVENT_GENERIC, 'persist', 1)
    call.reply.integer(1)
  },
})
