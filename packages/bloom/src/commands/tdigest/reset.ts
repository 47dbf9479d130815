import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { tDigestType } from '../../t-digest-type.ts'

export default defineCommand({
  name: 'TDIGEST.RESET',
  summary: 'Takes all observations out of a t-digest.',
  since: '2.4.0',
  group: 'module',
  complexity: 'O(1)',
  flags: ['write', 'denyoom', 'fast'],
  acl: ['tdigest'],
  args: { key: arg.key({ access: 'RW', flags: ['delete'] }) },
  reply: reply.simple('OK'),
  handler(ctx, { key }) {
    const entry = ctx.key(key)
    const digest = entry.getValue(tDigestType)
    if (digest === undefined) return reply.error(ERRORS.tdigestMissing)
    digest.reset()
    entry.changed('tdigest.reset')
    return reply.OK
  },
})
