import { arg, defineCommand, reply } from '@kvasir/module-api'
import { countMinSketchType, type WeightedSketch } from '../../count-min-sketch.ts'
import { ERRORS } from '../../errors.ts'

export default defineCommand({
  name: 'CMS.MERGE',
  summary: 'Overwrites a count-min sketch with the weighted sum of others, of which it may be one.',
  since: '2.0.0',
  group: 'module',
  complexity: 'O(n) where n is the number of sketches',
  flags: ['write', 'denyoom'],
  acl: ['cms'],
  args: {
    destination: arg.key({ access: 'RW' }),
    source: arg.counted(arg.key({ access: 'RO' }), { countName: 'numKeys', error: ERRORS.cmsNumkeys }),
    weights: arg.optional(
      arg.after('WEIGHTS', arg.repeated(arg.integer({ error: ERRORS.cmsWeight, docsName: 'weight' }))),
    ),
  },
  reply: reply.simple('OK'),
  handler(ctx, { destination, source: keys, weights }) {
    if (weights !== undefined && weights.length !== keys.length) return reply.error(ERRORS.cmsWeights)
    const entry = ctx.key(destination)
    const target = entry.getValue(countMinSketchType)
    if (target === undefined) return reply.error(ERRORS.cmsMissing)
    const sources: WeightedSketch[] = []
    for (const [i, key] of keys.entries()) {
      const sketch = ctx.key(key).getValue(countMinSketchType)
      if (sketch === undefined) return reply.error(ERRORS.cmsMissing)
      if (sketch.width !== target.width || sketch.depth !== target.depth) return reply.error(ERRORS.cmsDimensions)
      sources.push({ sketch, weight: weights?.[i] ?? 1 })
    }
    if (!target.merge(sources)) return reply.error(ERRORS.cmsMergeOverflow)
    entry.changed('cms.merge')
    return reply.OK
  },
})
