import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { topKType } from '../../top-k-type.ts'

export default defineCommand({
  name: 'TOPK.COUNT',
  summary: 'Returns what the sketch of a top-k list knows of the counts of items.',
  since: '2.0.0',
  deprecatedSince: '2.4.0',
  group: 'module',
  complexity: 'O(n) where n is the number of items',
  flags: ['readonly'],
  acl: ['topk'],
  args: { key: arg.key({ access: 'RO' }), item: arg.repeated(arg.string()) },
  reply: reply.list(reply.integer('likely too low; 0 for an item that is not known')),
  handler(ctx, { key, item: items }) {
    const topK = ctx.key(key).getValue(topKType)
    return topK === undefined ? reply.error(ERRORS.topkMissing) : items.map((item) => topK.query(item))
  },
})
