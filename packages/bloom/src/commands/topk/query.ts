import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { topKType } from '../../top-k-type.ts'

export default defineCommand({
  name: 'TOPK.QUERY',
  summary: 'Tells of each item whether it is in a top-k list.',
  since: '2.0.0',
  group: 'module',
  complexity: 'O(n) where n is the number of items',
  flags: ['readonly'],
  acl: ['topk'],
  args: { key: arg.key({ access: 'RO' }), item: arg.repeated(arg.string()) },
  reply: reply.list(reply.boolean()),
  handler(ctx, { key, item: items }) {
    const topK = ctx.key(key).getValue(topKType)
    return topK === undefined ? reply.error(ERRORS.topkMissing) : items.map((item) => topK.has(item))
  },
})
