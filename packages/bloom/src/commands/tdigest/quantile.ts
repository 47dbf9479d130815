import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { valueAt } from '../../t-digest-queries.ts'
import { answerEach, NAN } from './_digest.ts'

export default defineCommand({
  name: 'TDIGEST.QUANTILE',
  summary: 'Returns, for each fraction, the value below which that fraction of the observations lies.',
  since: '2.4.0',
  group: 'module',
  complexity: 'O(N), where N is the number of centroids',
  flags: ['readonly'],
  acl: ['tdigest'],
  args: {
    key: arg.key({ access: 'RO' }),
    quantile: arg.repeated(
      arg.double({ min: 0, max: 1, error: ERRORS.tdigestQuantile, rangeError: ERRORS.tdigestQuantileRange }),
    ),
  },
  reply: reply.list(reply.number('exact for 0 and 1; nan when there are no observations')),
  handler: (ctx, { key, quantile: quantiles }) =>
    answerEach(ctx, key, quantiles, NAN, (digest, quantile) =>
      reply.double(valueAt(digest, quantile * digest.observations)),
    ),
})
