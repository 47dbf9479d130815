import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import { fromLatin1 } from '../../structures/bytes.ts'
import { INT64_MAX, INT64_MIN, parseInt64 } from '../../structures/decimal.ts'
import { KEEP_FIELD_EXPIRY } from '../../types/hash-object.ts'
import { fieldsSet, writeHash } from './_hash.ts'

export default defineCoreCommand({
  name: 'HINCRBY',
  summary: 'Adds a number to the whole number held by a field of a hash. A missing field counts as 0.',
  since: '2.0.0',
  group: 'hash',
  complexity: 'O(1)',
  flags: ['write', 'denyoom', 'fast'],
  args: {
    key: arg.key({ access: 'RW', flags: ['access', 'update'] }),
    field: arg.string(),
    increment: arg.bigint(),
  },
  reply: reply.integer('the value afterwards'),
  raw(call) {
    const { buf, starts, lengths } = call
    const by = call.argInt64(3)
    if (by === undefined) return call.reply.error(ERRORS.notInteger)
    const hash = writeHash(call, 1)
    if (hash === undefined) return
    let old: bigint | undefined = 0n
    if (hash.find(buf, starts[2], lengths[2])) old = parseInt64(hash.valueBuf, hash.valueStart, hash.valueLength)
    if (old === undefined) return call.reply.error('ERR hash value is not an integer')
    const sum = old + by
    if (sum > INT64_MAX || sum < INT64_MIN) return call.reply.error(ERRORS.overflow)
    const isNewKey = hash.size === 0
    const text = fromLatin1(sum.toString())
    hash.set(buf, starts[2], lengths[2], text, 0, text.length, KEEP_FIELD_EXPIRY)
    fieldsSet(call, hash, isNewKey, 'hincrby', 2)
    call.reply.bigInteger(sum)
  },
})
