import { arg, reply } from '@kvasir/module-api'
import { WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readBitOffset } from './_bits.ts'

export default defineCoreCommand({
  name: 'GETBIT',
  summary: 'Returns a bit of a string.',
  since: '2.2.0',
  group: 'bitmap',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  args: { key: arg.key({ access: 'RO' }), offset: arg.integer() },
  reply: reply.integer('the bit; 0 behind the end of the string'),
  raw(call) {
    const { db } = call
    const offset = readBitOffset(call, 2, 0)
    if (Number.isNaN(offset)) return
    const address = call.lookupReadString(1)
    if (address === WRONG_TYPE) return
    const byte = Math.floor(offset / 8)
    if (address !== 0) db.value(address)
    if (address === 0 || byte >= db.valueLength) return call.reply.integer(0)
    call.reply.integer((db.valueBuf[db.valueStart + byte] >> (7 - (offset % 8))) & 1)
  },
})
