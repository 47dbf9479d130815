import { arg, defineCommand, type ReplyValue, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { topKType } from '../../top-k-type.ts'

export default defineCommand({
  name: 'TOPK.LIST',
  summary: 'Returns the items of a top-k list, the most frequent one first.',
  since: '2.0.0',
  group: 'module',
  complexity: 'O(k) where k is the value of top-k',
  flags: ['readonly'],
  acl: ['topk'],
  args: { key: arg.key({ access: 'RO' }), withcount: arg.flag('WITHCOUNT') },
  reply: reply.list(reply.oneOf([reply.string('item'), reply.integer('with WITHCOUNT, its count behind it')])),
  handler(ctx, { key, withcount }) {
    const topK = ctx.key(key).getValue(topKType)
    if (topK === undefined) return reply.error(ERRORS.topkMissing)
    const items: ReplyValue[] = []
    for (const place of topK.list()) {
      items.push(topK.itemAt(place))
      if (withcount) items.push(topK.counts[place])
    }
    return items
  },
})
