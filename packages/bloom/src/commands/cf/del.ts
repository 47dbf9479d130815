import { arg, defineCommand, reply } from '@kvasir/module-api'
import { cuckooFilterType } from '../../cuckoo-filter-type.ts'
import { ERRORS } from '../../errors.ts'

export default defineCommand({
  name: 'CF.DEL',
  summary: 'Takes an item out of a cuckoo filter, once. It must have been added.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(k), where k is the number of sub-filters',
  flags: ['write'],
  acl: ['cuckoo'],
  args: { key: arg.key({ access: 'RW', flags: ['delete'] }), item: arg.string() },
  reply: reply.boolean('true: taken out; false: it was not there'),
  handler(ctx, { key, item }) {
    const entry = ctx.key(key)
    const filter = entry.getValue(cuckooFilterType)
    if (filter === undefined) return reply.error(ERRORS.notFound)
    const isDeleted = filter.delete(item, 0, item.length)
    if (isDeleted) entry.changed('cf.del')
    return isDeleted
  },
})
