import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import { fromLatin1 } from '../../structures/bytes.ts'
import {
  addLongDoubles,
  formatLongDouble,
  type LongDouble,
  parseLongDouble,
  ZERO,
} from '../../structures/long-double.ts'
import { KEEP_FIELD_EXPIRY } from '../../types/hash-object.ts'
import { fieldsSet, writeHash } from './_hash.ts'

export default defineCoreCommand({
  name: 'HINCRBYFLOAT',
  summary: 'Adds a floating-point number to the number held by a field of a hash. A missing field counts as 0.',
  since: '2.6.0',
  group: 'hash',
  complexity: 'O(1)',
  flags: ['write', 'denyoom', 'fast'],
  args: {
    key: arg.key({ access: 'RW', flags: ['access', 'update'] }),
    field: arg.string(),
    increment: arg.double(),
  },
  reply: reply.string('the value afterwards'),
  raw(call) {
    const { buf, starts, lengths } = call
    const by = parseLongDouble(buf, starts[3], lengths[3])
    if (by === undefined) return call.reply.error(ERRORS.notFloat)
    if (by.infinite) return call.reply.error('ERR value is NaN or Infinity')
    const hash = writeHash(call, 1)
    if (hash === undefined) return
    let old: LongDouble | undefined = ZERO
    if (hash.find(buf, starts[2], lengths[2])) old = parseLongDouble(hash.valueBuf, hash.valueStart, hash.valueLength)
    if (old === undefined) return call.reply.error('ERR hash value is not a float')
    const sum = addLongDoubles(old, by)
    if (sum === undefined || sum.infinite) return call.reply.error(ERRORS.notFinite)
    const isNewKey = hash.size === 0
    const text = fromLatin1(formatLongDouble(sum))
    hash.set(buf, starts[2], lengths[2], text, 0, text.length, KEEP_FIELD_EXPIRY)
    fieldsSet(call, hash, isNewKey, 'hincrbyfloat', 2)
    call.reply.bulk(text)
  },
})
