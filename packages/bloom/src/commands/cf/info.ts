import { arg, defineCommand, reply } from '@kvasir/module-api'
import { cuckooFilterType } from '../../cuckoo-filter-type.ts'
import { ERRORS } from '../../errors.ts'
import { infoReply } from '../_info-reply.ts'

export default defineCommand({
  name: 'CF.INFO',
  summary: 'Returns information about a cuckoo filter.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  acl: ['cuckoo'],
  args: { key: arg.key({ access: 'RO' }) },
  reply: reply.map(reply.integer(), 'names and values'),
  handler(ctx, { key }) {
    const filter = ctx.key(key).getValue(cuckooFilterType)
    if (filter === undefined) return reply.error(ERRORS.notFound)
    return infoReply({
      Size: filter.memoryBytes,
      'Number of buckets': filter.bucketCount,
      'Number of filter': filter.subFilters.length,
      'Number of items inserted': filter.size,
      'Number of items deleted': filter.deletedCount,
      'Bucket size': filter.bucketSize,
      'Expansion rate': filter.expansion,
      'Max iteration': filter.maxIterations,
    })
  },
})
