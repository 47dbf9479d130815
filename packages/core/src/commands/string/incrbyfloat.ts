import { arg, reply } from '@kvasir/module-api'
import { type Call, WRONG_TYPE } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import { EVENT_STRING } from '../../engine/events.ts'
import {
  addLongDoubles,
  formatLongDouble,
  type LongDouble,
  parseLongDouble,
  ZERO,
} from '../../structures/long-double.ts'
import { putText } from './_number.ts'

export default defineCoreCommand({
  name: 'INCRBYFLOAT',
  summary: 'Adds a floating-point number to the number held by a key. A missing key counts as 0.',
  since: '2.6.0',
  group: 'string',
  complexity: 'O(1)',
  flags: ['write', 'denyoom', 'fast'],
  args: { key: arg.key({ access: 'RW', flags: ['access', 'update'] }), increment: arg.double() },
  reply: reply.string('the value afterwards'),
  raw(call) {
    // Redis looks at the key before it reads the increment, and its errors show that.
    const address = call.lookupWriteString(1)
    if (address === WRONG_TYPE) return
    const old = address === 0 ? ZERO : valueAt(call, address)
    const by = parseLongDouble(call.buf, call.starts[2], call.lengths[2])
    if (old === undefined || by === undefined) return call.reply.error(ERRORS.notFloat)
    const sum = addLongDoubles(old, by)
    if (sum === undefined || sum.infinite) return call.reply.error(ERRORS.notFinite)
    const text = formatLongDouble(sum)
    putText(call, address, text)
    call.changed(EVENT_STRING, 'incrbyfloat', 1)
    call.reply.bulkString(text)
  },
})

function valueAt(call: Call, address: number): LongDouble | undefined {
  const { db } = call
  db.value(address)
  return parseLongDouble(db.valueBuf, db.valueStart, db.valueLength)
}
