import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { tDigestType } from '../../t-digest-type.ts'
import { NAN } from './_digest.ts'

export default defineCommand({
  name: 'TDIGEST.MIN',
  summary: 'Returns the least observation of a t-digest.',
  since: '2.4.0',
  group: 'module',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  acl: ['tdigest'],
  args: { key: arg.key({ access: 'RO' }) },
  reply: reply.number('exact; nan when there are no observations'),
  handler(ctx, { key }) {
    const digest = ctx.key(key).getValue(tDigestType)
    if (digest === undefined) return reply.error(ERRORS.tdigestMissing)
    return digest.count === 0 ? NAN : reply.double(digest.min)
  },
})
