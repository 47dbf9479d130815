import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { weightBelow } from '../../t-digest-queries.ts'
import { answerEach, NAN } from './_digest.ts'

export default defineCommand({
  name: 'TDIGEST.CDF',
  summary: 'Returns, for each value, the fraction of observations below it, plus half of those that are equal.',
  since: '2.4.0',
  group: 'module',
  complexity: 'O(N), where N is the number of centroids',
  flags: ['readonly'],
  acl: ['tdigest'],
  args: {
    key: arg.key({ access: 'RO' }),
    value: arg.repeated(arg.double({ error: ERRORS.tdigestCdf })),
  },
  reply: reply.list(reply.number('a fraction; nan when there are no observations')),
  handler: (ctx, { key, value: values }) =>
    answerEach(ctx, key, values, NAN, (digest, value) =>
      reply.double(weightBelow(digest, value) / digest.observations),
    ),
})
