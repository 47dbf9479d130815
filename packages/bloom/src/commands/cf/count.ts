import { arg, defineCommand, reply } from '@kvasir/module-api'
import { cuckooFilterType } from '../../cuckoo-filter-type.ts'

export default defineCommand({
  name: 'CF.COUNT',
  summary: 'Returns how often an item may be in a cuckoo filter.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(k), where k is the number of sub-filters',
  flags: ['readonly'],
  acl: ['cuckoo'],
  args: { key: arg.key({ access: 'RO' }), item: arg.string() },
  reply: reply.integer('times, never too few; 0 when there is no filter'),
  handler: (ctx, { key, item }) => ctx.key(key).getValue(cuckooFilterType)?.count(item, 0, item.length) ?? 0,
})
