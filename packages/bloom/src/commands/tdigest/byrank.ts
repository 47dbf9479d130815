import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { valueAt } from '../../t-digest-queries.ts'
import { answerEach, NAN } from './_digest.ts'

export default defineCommand({
  name: 'TDIGEST.BYRANK',
  summary: 'Returns, for each rank, the observation of that rank.',
  since: '2.4.0',
  group: 'module',
  complexity: 'O(N), where N is the number of centroids',
  flags: ['readonly'],
  acl: ['tdigest'],
  args: {
    key: arg.key({ access: 'RO' }),
    rank: arg.repeated(arg.integer({ min: 0, error: ERRORS.tdigestRank, rangeError: ERRORS.tdigestRankRange })),
  },
  reply: reply.list(reply.number('exact for the first and the last rank; inf: beyond them; nan: there are none')),
  handler: (ctx, { key, rank: ranks }) =>
    answerEach(ctx, key, ranks, NAN, (digest, rank) =>
      // The middle of an observation: those of one value lie there alone.
      reply.double(rank >= digest.observations ? Infinity : valueAt(digest, rank + 0.5)),
    ),
})
