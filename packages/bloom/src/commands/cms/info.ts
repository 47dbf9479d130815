import { arg, defineCommand, reply } from '@kvasir/module-api'
import { countMinSketchType } from '../../count-min-sketch.ts'
import { ERRORS } from '../../errors.ts'
import { infoReply } from '../_info-reply.ts'

export default defineCommand({
  name: 'CMS.INFO',
  summary: 'Returns width, depth and the sum of all counts of a count-min sketch.',
  since: '2.0.0',
  group: 'module',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  acl: ['cms'],
  args: { key: arg.key({ access: 'RO' }) },
  reply: reply.map(reply.integer(), 'names and values'),
  handler(ctx, { key }) {
    const sketch = ctx.key(key).getValue(countMinSketchType)
    if (sketch === undefined) return reply.error(ERRORS.cmsMissing)
    return infoReply({ width: sketch.width, depth: sketch.depth, count: sketch.sum })
  },
})
