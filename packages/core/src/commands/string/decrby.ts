import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import { INT64_MIN } from '../../structures/decimal.ts'
import { increment, incrementInt64 } from './_number.ts'

export default defineCoreCommand({
  name: 'DECRBY',
  summary: 'Takes a number from the whole number held by a key. A missing key counts as 0.',
  since: '1.0.0',
  group: 'string',
  complexity: 'O(1)',
  flags: ['write', 'denyoom', 'fast'],
  args: { key: arg.key({ access: 'RW', flags: ['access', 'update'] }), decrement: arg.bigint() },
  reply: reply.integer('the value afterwards'),
  raw(call) {
    const small = call.argInteger(2)
    if (!Number.isNaN(small)) return increment(call, -small)
    const by = call.argInt64(2)
    if (by === undefined) return call.reply.error(ERRORS.notInteger)
    // Its opposite is no number of 64 bits, so Redis refuses it before it looks at the key.
    if (by === INT64_MIN) return call.reply.error('ERR decrement would overflow')
    incrementInt64(call, -by)
  },
})
