import { arg, defineCommand, reply } from '@kvasir/module-api'
import { COUNTER_MAX, countMinSketchType } from '../../count-min-sketch.ts'
import { ERRORS } from '../../errors.ts'

export default defineCommand({
  name: 'CMS.INCRBY',
  summary: 'Increases the counts of items in a count-min sketch.',
  since: '2.0.0',
  group: 'module',
  complexity: 'O(n) where n is the number of items',
  flags: ['write', 'denyoom'],
  acl: ['cms'],
  args: {
    key: arg.key({ access: 'RW', flags: ['access', 'update'] }),
    items: arg.repeated(
      arg.block({
        item: arg.string(),
        increment: arg.integer({ min: 0, error: ERRORS.cmsNumber, rangeError: ERRORS.cmsNegative }),
      }),
    ),
  },
  reply: reply.list(reply.integer('the estimate; an error when a counter cannot hold more')),
  handler(ctx, { key, items }) {
    const entry = ctx.key(key)
    const sketch = entry.getValue(countMinSketchType)
    if (sketch === undefined) return reply.error(ERRORS.cmsMissing)
    const estimates = items.map(({ item, increment }) => sketch.increase(item, increment))
    entry.changed('cms.incrby')
    return estimates.map((estimate) => (estimate === COUNTER_MAX ? reply.error(ERRORS.cmsOverflow) : estimate))
  },
})
