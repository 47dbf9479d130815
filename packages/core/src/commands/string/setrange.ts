import { arg, reply } from '@kvasir/module-api'
import { WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import { EVENT_STRING } from '../../engine/events.ts'
import { readPosition } from './_position.ts'

export default defineCoreCommand({
  name: 'SETRANGE',
  summary: 'Overwrites part of a string from an offset on. The string grows with zero bytes as far as needed.',
  since: '2.2.0',
  group: 'string',
  complexity: 'O(M), M being the length of the value, besides what it takes to make the string longer.',
  flags: ['write', 'denyoom'],
  args: { key: arg.key({ access: 'RW' }), offset: arg.integer(), value: arg.string() },
  reply: reply.integer('the length of the string afterwards'),
  raw(call) {
    const { db, buf, starts, lengths } = call
    const offset = readPosition(call, 2)
    if (Number.isNaN(offset)) return
    if (offset < 0) return call.reply.error('ERR offset is out of range')
    const address = call.lookupWriteString(1)
    if (address === WRONG_TYPE) return
    let length = 0
    if (address !== 0) {
      db.value(address)
      length = db.valueLength
    }
    // Nothing to write: the string does not even grow.
    if (lengths[3] === 0) return call.reply.integer(length)
    if (offset + lengths[3] > call.engine.bulkBytesMax) return call.reply.error(ERRORS.stringTooLong)
    length = Math.max(length, offset + lengths[3])
    db.resizeString(address, buf, starts[1], lengths[1], length)
    db.valueBuf.set(buf.subarray(starts[3], starts[3] + lengths[3]), db.valueStart + offset)
    if (address === 0) call.created(1)
    call.changed(EVENT_STRING, 'setrange', 1)
    call.reply.integer(length)
  },
})
