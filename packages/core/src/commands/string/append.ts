import { arg, reply } from '@kvasir/module-api'
import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import { EVENT_STRING } from '../../engine/events.ts'
import { NO_EXPIRY } from '../../keyspace/database.ts'

export default defineCoreCommand({
  name: 'APPEND',
  summary: 'Adds bytes to the end of a string. The key is created if it does not exist.',
  since: '2.0.0',
  group: 'string',
  complexity: 'O(1) on average, for a short value: a growing string gets room in advance.',
  flags: ['write', 'denyoom', 'fast'],
  args: { key: arg.key({ access: 'RW', flags: ['insert'] }), value: arg.string() },
  reply: reply.integer('the length afterwards'),
  raw(call) {
    const { db, engine } = call
    const address = call.lookupWriteString(1)
    if (address === WRONG_TYPE) return
    let length = call.lengths[2]
    if (address === 0) call.putString(0, 1, 2, NO_EXPIRY)
    else {
      db.value(address)
      length += db.valueLength
      if (length > engine.bulkBytesMax) return call.reply.error(ERRORS.stringTooLong)
      append(call, address, db.valueLength, length)
    }
    call.changed(EVENT_STRING, 'append', 1)
    call.reply.integer(length)
  },
})

function append(call: Call, address: number, oldLength: number, length: number): void {
  const { db, buf, starts, lengths } = call
  db.resizeString(address, buf, starts[1], lengths[1], length)
  db.valueBuf.set(buf.subarray(starts[2], starts[2] + lengths[2]), db.valueStart + oldLength)
}
