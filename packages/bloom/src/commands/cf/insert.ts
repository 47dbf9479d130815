import { defineCommand, reply } from '@kvasir/module-api'
import { INSERT_ARGUMENTS, insertItems } from './_filter.ts'

export default defineCommand({
  name: 'CF.INSERT',
  summary: 'Adds items to a cuckoo filter, which is created with this capacity if it does not exist.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(n * (k + i)), where n is the number of items, k is the number of sub-filters and i is maxIterations',
  flags: ['write', 'denyoom'],
  acl: ['cuckoo'],
  args: INSERT_ARGUMENTS,
  reply: reply.list(reply.oneOf([reply.boolean('true: added'), reply.integer('-1: the filter is full')])),
  handler(ctx, args) {
    const results = insertItems(ctx, { ...args, isNew: false, event: 'cf.insert' })
    if (typeof results === 'string') return reply.error(results)
    return results.map((result) => (result < 0 ? -1 : result === 1))
  },
})
