import { arg, defineCommand, reply } from '@kvasir/module-api'
import { addOne } from './_filter.ts'

export default defineCommand({
  name: 'CF.ADDNX',
  summary: 'Adds an item to a cuckoo filter if it is not there. The filter is created if it does not exist.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(k + i), where k is the number of sub-filters and i is maxIterations',
  flags: ['write', 'denyoom'],
  acl: ['cuckoo'],
  args: { key: arg.key({ access: 'RW', flags: ['insert'] }), item: arg.string() },
  reply: reply.boolean('true: added; false: it was there, or looks like one that was'),
  handler: (ctx, args) => addOne(ctx, { ...args, isNew: true, event: 'cf.addnx' }),
})
