import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { meanBetween } from '../../t-digest-queries.ts'
import { tDigestType } from '../../t-digest-type.ts'
import { NAN } from './_digest.ts'

export default defineCommand({
  name: 'TDIGEST.TRIMMED_MEAN',
  summary: 'Returns the mean of the observations between two quantiles.',
  since: '2.4.0',
  group: 'module',
  complexity: 'O(N) where N is the number of centroids',
  flags: ['readonly'],
  acl: ['tdigest'],
  args: {
    key: arg.key({ access: 'RO' }),
    lowCutQuantile: arg.double({
      min: 0,
      max: 1,
      error: ERRORS.tdigestLowCut,
      rangeError: ERRORS.tdigestCutRange,
      docsName: 'low_cut_quantile',
    }),
    highCutQuantile: arg.double({
      min: 0,
      max: 1,
      error: ERRORS.tdigestHighCut,
      rangeError: ERRORS.tdigestCutRange,
      docsName: 'high_cut_quantile',
    }),
  },
  reply: reply.number('the mean; nan when there are no observations'),
  handler(ctx, { key, lowCutQuantile: low, highCutQuantile: high }) {
    if (low >= high) return reply.error(ERRORS.tdigestCutOrder)
    const digest = ctx.key(key).getValue(tDigestType)
    if (digest === undefined) return reply.error(ERRORS.tdigestMissing)
    if (digest.count === 0) return NAN
    const { observations } = digest
    const from = Math.floor(low * observations)
    // What is left is at least one observation.
    const to = Math.max(from + 1, Math.floor(high * observations))
    return reply.double(meanBetween(digest.merged(), from, to))
  },
})
