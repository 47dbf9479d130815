import { arg, defineCommand, reply } from '@kvasir/module-api'
import { cuckooFilterType } from '../../cuckoo-filter-type.ts'

export default defineCommand({
  name: 'CF.EXISTS',
  summary: 'Tells whether an item may be in a cuckoo filter.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(k), where k is the number of sub-filters',
  flags: ['readonly'],
  acl: ['cuckoo'],
  args: { key: arg.key({ access: 'RO' }), item: arg.string() },
  reply: reply.boolean('true: it is there, or looks like one that is; false: it is not, or there is no filter'),
  handler: (ctx, { key, item }) => ctx.key(key).getValue(cuckooFilterType)?.has(item, 0, item.length) ?? false,
})
