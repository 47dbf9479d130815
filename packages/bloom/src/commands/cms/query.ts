import { arg, defineCommand, reply } from '@kvasir/module-api'
import { countMinSketchType } from '../../count-min-sketch.ts'
import { ERRORS } from '../../errors.ts'

export default defineCommand({
  name: 'CMS.QUERY',
  summary: 'Returns the estimated counts of items in a count-min sketch.',
  since: '2.0.0',
  group: 'module',
  complexity: 'O(n) where n is the number of items',
  flags: ['readonly'],
  acl: ['cms'],
  args: { key: arg.key({ access: 'RO' }), item: arg.repeated(arg.string()) },
  reply: reply.list(reply.integer('the estimate, never too low')),
  handler(ctx, { key, item: items }) {
    const sketch = ctx.key(key).getValue(countMinSketchType)
    return sketch === undefined ? reply.error(ERRORS.cmsMissing) : items.map((item) => sketch.query(item))
  },
})
