import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { tDigestType } from '../../t-digest-type.ts'

export default defineCommand({
  name: 'TDIGEST.ADD',
  summary: 'Adds observations to a t-digest.',
  since: '2.4.0',
  group: 'module',
  complexity: 'O(N), where N is the number of samples to add',
  flags: ['write', 'denyoom'],
  acl: ['tdigest'],
  args: {
    key: arg.key({ access: 'RW' }),
    value: arg.repeated(
      arg.double({
        min: -Number.MAX_VALUE,
        max: Number.MAX_VALUE,
        error: ERRORS.tdigestValue,
        rangeError: ERRORS.tdigestFinite,
      }),
    ),
  },
  reply: reply.simple('OK'),
  handler(ctx, { key, value: values }) {
    const entry = ctx.key(key)
    const digest = entry.getValue(tDigestType)
    if (digest === undefined) return reply.error(ERRORS.tdigestMissing)
    for (const value of values) digest.add(value)
    entry.changed('tdigest.add')
    return reply.OK
  },
})
