import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { weightBelow } from '../../t-digest-queries.ts'
import { answerEach } from './_digest.ts'

export default defineCommand({
  name: 'TDIGEST.RANK',
  summary: 'Returns, for each value, how many observations are below it, plus half of those that are equal.',
  since: '2.4.0',
  group: 'module',
  complexity: 'O(N), where N is the number of centroids',
  flags: ['readonly'],
  acl: ['tdigest'],
  args: {
    key: arg.key({ access: 'RO' }),
    value: arg.repeated(arg.double({ error: ERRORS.tdigestRankValue })),
  },
  reply: reply.list(reply.integer('-1: below all observations; their number: above them; -2: there are none')),
  handler: (ctx, { key, value: values }) =>
    answerEach(ctx, key, values, -2, (digest, value) =>
      value < digest.min ? -1 : Math.floor(weightBelow(digest, value)),
    ),
})
