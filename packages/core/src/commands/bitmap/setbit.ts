import { arg, reply } from '@kvasir/module-api'
import { WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { EVENT_STRING } from '../../engine/events.ts'
import { readBitOffset } from './_bits.ts'

export default defineCoreCommand({
  name: 'SETBIT',
  summary: 'Sets or clears a bit of a string, which grows with zero bytes as far as needed.',
  since: '2.2.0',
  group: 'bitmap',
  complexity: 'O(1)',
  flags: ['write', 'denyoom'],
  args: { key: arg.key({ access: 'RW', flags: ['access', 'update'] }), offset: arg.integer(), value: arg.integer() },
  reply: reply.integer('the bit before'),
  raw(call) {
    const { db, buf, starts, lengths, reply: out } = call
    const offset = readBitOffset(call, 2, 0)
    if (Number.isNaN(offset)) return
    const bit = call.argInteger(3)
    if (bit !== 0 && bit !== 1) return out.error('ERR bit is not an integer or out of range')
    const address = call.lookupWriteString(1)
    if (address === WRONG_TYPE) return
    if (address !== 0) db.value(address)
    const length = address === 0 ? 0 : db.valueLength
    const byte = Math.floor(offset / 8)
    const mask = 0x80 >> (offset % 8)
    const before = byte < length && (db.valueBuf[db.valueStart + byte] & mask) !== 0 ? 1 : 0
    // As in Redis, what changes nothing is no change.
    if (byte < length && before === bit) return out.integer(before)
    db.resizeString(address, buf, starts[1], lengths[1], Math.max(length, byte + 1))
    if (bit === 1) db.valueBuf[db.valueStart + byte] |= mask
    else db.valueBuf[db.valueStart + byte] &= ~mask
    if (address === 0) call.created(1)
    call.changed(EVENT_STRING, 'setbit', 1)
    out.integer(before)
  },
})
