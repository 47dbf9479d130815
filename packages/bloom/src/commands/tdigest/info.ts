import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { tDigestType } from '../../t-digest-type.ts'
import { infoReply } from '../_info-reply.ts'

export default defineCommand({
  name: 'TDIGEST.INFO',
  summary: 'Returns information about a t-digest.',
  since: '2.4.0',
  group: 'module',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  acl: ['tdigest'],
  args: { key: arg.key({ access: 'RO' }) },
  reply: reply.map(reply.integer(), 'names and values'),
  handler(ctx, { key }) {
    const digest = ctx.key(key).getValue(tDigestType)
    if (digest === undefined) return reply.error(ERRORS.tdigestMissing)
    return infoReply({
      Compression: digest.compression,
      Capacity: digest.capacity,
      'Merged nodes': digest.mergedCount,
      'Unmerged nodes': digest.bufferedCount,
      'Merged weight': digest.mergedWeight,
      'Unmerged weight': digest.bufferedWeight,
      Observations: digest.observations,
      'Total compressions': digest.compressions,
      'Memory usage': digest.memoryBytes,
    })
  },
})
