import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { topKType } from '../../top-k-type.ts'
import { infoReply } from '../_info-reply.ts'

export default defineCommand({
  name: 'TOPK.INFO',
  summary: 'Returns k, width, depth and decay of a top-k list.',
  since: '2.0.0',
  group: 'module',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  acl: ['topk'],
  args: { key: arg.key({ access: 'RO' }) },
  reply: reply.map(reply.oneOf([reply.integer(), reply.number('decay')]), 'names and values'),
  handler(ctx, { key }) {
    const topK = ctx.key(key).getValue(topKType)
    if (topK === undefined) return reply.error(ERRORS.topkMissing)
    const { k, width, depth, decay } = topK
    return infoReply({ k, width, depth, decay: reply.double(decay) })
  },
})
