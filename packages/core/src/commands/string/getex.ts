import { arg, reply } from '@kvasir/module-api'
import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_GENERIC } from '../../engine/events.ts'
import { NO_EXPIRY } from '../../keyspace/database.ts'
import { expiryArguments } from './_expiry-options.ts'
import { replyOldValue } from './_old-value.ts'
import { EXPIRY, PERSIST, readSetOptions } from './_set-options.ts'

export default defineCoreCommand({
  name: 'GETEX',
  summary: 'Returns the string value of a key, and sets or removes its time to live.',
  since: '6.2.0',
  group: 'string',
  complexity: 'O(1)',
  flags: ['write', 'fast'],
  args: {
    key: arg.key({ access: 'RW', flags: ['access', 'update'] }),
    expiration: arg.optional(arg.oneOf({ ...expiryArguments, persist: arg.token('PERSIST') })),
  },
  reply: reply.oneOf([reply.string('the value'), reply.nil('the key does not exist')]),
  raw(call) {
    const options = readSetOptions(call, 2, PERSIST | EXPIRY)
    if (options === undefined) return
    const { given, expiryMs } = options
    const address = replyOldValue(call)
    if (address === WRONG_TYPE || address === 0) return
    if ((given & EXPIRY) !== 0) expireAt(call, address, expiryMs)
    else if ((given & PERSIST) !== 0 && call.db.expiryMs(address) !== NO_EXPIRY) {
      call.db.setExpiry(address, NO_EXPIRY)
      call.changed(EVENT_GENERIC, 'persist', 1)
    }
  },
})

function expireAt(call: Call, address: number, expiryMs: number): void {
  if (call.isOver(expiryMs)) return call.expireKey(address, 1)
  call.db.setExpiry(address, expiryMs)
  call.changed(EVENT_GENERIC, 'expire', 1)
}
