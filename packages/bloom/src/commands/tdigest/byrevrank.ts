import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { valueAt } from '../../t-digest-queries.ts'
import { answerEach, NAN } from './_digest.ts'

export default defineCommand({
  name: 'TDIGEST.BYREVRANK',
  summary: 'Returns, for each reverse rank, the observation of that rank from the greatest one down.',
  since: '2.4.0',
  group: 'module',
  complexity: 'O(N), where N is the number of centroids',
  flags: ['readonly'],
  acl: ['tdigest'],
  args: {
    key: arg.key({ access: 'RO' }),
    reverseRank: arg.repeated(
      arg.integer({
        min: 0,
        error: ERRORS.tdigestRank,
        rangeError: ERRORS.tdigestRankRange,
        docsName: 'reverse_rank',
      }),
    ),
  },
  reply: reply.list(reply.number('exact for the first and the last rank; -inf: beyond them; nan: there are none')),
  handler: (ctx, { key, reverseRank: ranks }) =>
    answerEach(ctx, key, ranks, NAN, (digest, rank) =>
      reply.double(rank >= digest.observations ? -Infinity : valueAt(digest, digest.observations - rank - 0.5)),
    ),
})
