import { arg, defineCommand, reply } from '@kvasir/module-api'
import { cuckooFilterType } from '../../cuckoo-filter-type.ts'

export default defineCommand({
  name: 'CF.MEXISTS',
  summary: 'Tells of each item whether it may be in a cuckoo filter.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(k * n), where k is the number of sub-filters and n is the number of items',
  flags: ['readonly'],
  acl: ['cuckoo'],
  args: { key: arg.key({ access: 'RO' }), item: arg.repeated(arg.string()) },
  reply: reply.list(
    reply.boolean('true: it is there, or looks like one that is; false: it is not, or there is no filter'),
  ),
  handler(ctx, { key, item: items }) {
    const filter = ctx.key(key).getValue(cuckooFilterType)
    return items.map((item) => filter?.has(item, 0, item.length) ?? false)
  },
})
