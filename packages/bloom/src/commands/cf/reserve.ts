import { arg, defineCommand, reply } from '@kvasir/module-api'
import { MAX_ITERATIONS_MAX } from '../../cuckoo-filter.ts'
import { CUCKOO_EXPANSION_MAX, cuckooFilterType } from '../../cuckoo-filter-type.ts'
import { ERRORS } from '../../errors.ts'
import { createFilter } from './_filter.ts'

export default defineCommand({
  name: 'CF.RESERVE',
  summary: 'Creates an empty cuckoo filter.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(1)',
  flags: ['write', 'denyoom', 'fast'],
  acl: ['cuckoo'],
  args: {
    key: arg.key({ access: 'RW', flags: ['insert'] }),
    capacity: arg.integer({ min: 1, error: ERRORS.badCapacity, rangeError: ERRORS.capacityRange }),
    bucketSize: arg.optional(
      arg.after('BUCKETSIZE', arg.integer({ min: 1, max: 255, error: ERRORS.badBucketSize, docsName: 'bucketsize' })),
    ),
    maxIterations: arg.optional(
      arg.after(
        'MAXITERATIONS',
        arg.integer({ min: 1, max: MAX_ITERATIONS_MAX, error: ERRORS.badMaxIterations, docsName: 'maxiterations' }),
      ),
    ),
    expansion: arg.optional(
      arg.after('EXPANSION', arg.integer({ min: 0, max: CUCKOO_EXPANSION_MAX, error: ERRORS.badCuckooExpansion })),
    ),
  },
  reply: reply.simple('OK'),
  handler(ctx, { key, capacity, ...options }) {
    const entry = ctx.key(key)
    if (entry.getValue(cuckooFilterType) !== undefined) return reply.error(ERRORS.itemExists)
    const filter = createFilter(ctx, capacity, options)
    if (typeof filter === 'string') return reply.error(filter)
    entry.setValue(cuckooFilterType, filter, 'cf.reserve')
    return reply.OK
  },
})
