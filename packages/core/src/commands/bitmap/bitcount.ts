import { arg, reply } from '@kvasir/module-api'
import { WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { countBitRange } from '../../structures/bits.ts'
import { bitsOf, rangeArgument, readBitRange } from './_bits.ts'

export default defineCoreCommand({
  name: 'BITCOUNT',
  summary: 'Counts the set bits of a string, or of a part of it.',
  since: '2.6.0',
  group: 'bitmap',
  complexity: 'O(N) where N is the length of the part',
  flags: ['readonly'],
  history: [['7.0.0', 'Added the `BYTE|BIT` option.']],
  args: { key: arg.key({ access: 'RO' }), range: rangeArgument },
  reply: reply.integer('how many'),
  raw(call) {
    const range = readBitRange(call, 2)
    if (range === undefined) return
    const address = call.lookupReadString(1)
    if (address === WRONG_TYPE) return
    if (address === 0) return call.reply.integer(0)
    const { db } = call
    db.value(address)
    // Unlike BITPOS, it does not move the end of an empty range into the string.
    if (range.start < 0 && range.end < 0 && range.start > range.end) return call.reply.integer(0)
    const { first, last } = bitsOf(range, db.valueLength)
    call.reply.integer(countBitRange(db.valueBuf, db.valueStart, first, last))
  },
})
