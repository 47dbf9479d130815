import { arg, reply } from '@kvasir/module-api'
import { WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import { findBit } from '../../structures/bits.ts'
import { bitsOf, rangeArgument, readBitRange } from './_bits.ts'

export default defineCoreCommand({
  name: 'BITPOS',
  summary: 'Finds the first set or clear bit of a string, or of a part of it.',
  since: '2.8.7',
  group: 'bitmap',
  complexity: 'O(N) where N is the length of the part',
  flags: ['readonly'],
  history: [['7.0.0', 'Added the `BYTE|BIT` option.']],
  args: { key: arg.key({ access: 'RO' }), bit: arg.integer(), range: rangeArgument },
  reply: reply.oneOf([reply.integer('the number of the bit'), reply.integer('-1: there is none')]),
  raw(call) {
    const { db, reply: out } = call
    const bit = call.argInt64(2)
    if (bit === undefined) return out.error(ERRORS.notInteger)
    if (bit !== 0n && bit !== 1n) return out.error('ERR The bit argument must be 1 or 0.')
    const range = readBitRange(call, 3)
    if (range === undefined) return
    const address = call.lookupReadString(1)
    if (address === WRONG_TYPE) return
    // A string that does not exist is one of endless zeros.
    if (address === 0) return out.integer(bit === 1n ? -1 : 0)
    db.value(address)
    const { first, last } = bitsOf(range, db.valueLength)
    const found = findBit(db.valueBuf, db.valueStart, bit === 1n ? 1 : 0, first, last)
    // Behind a string of ones, whose end nobody gave, there are zeros.
    if (found < 0 && bit === 0n && !range.hasEnd && first <= last) out.integer(db.valueLength * 8)
    else out.integer(found)
  },
})
