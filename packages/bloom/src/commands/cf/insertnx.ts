import { defineCommand, reply } from '@kvasir/module-api'
import { INSERT_ARGUMENTS, insertItems } from './_filter.ts'

export default defineCommand({
  name: 'CF.INSERTNX',
  summary: 'Adds those items to a cuckoo filter that are not there. It is created if it does not exist.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(n * (k + i)), where n is the number of items, k is the number of sub-filters and i is maxIterations',
  flags: ['write', 'denyoom'],
  acl: ['cuckoo'],
  args: INSERT_ARGUMENTS,
  reply: reply.list(reply.integer('1: added; 0: it was there, or looks like one that was; -1: the filter is full')),
  handler(ctx, args) {
    const results = insertItems(ctx, { ...args, isNew: true, event: 'cf.insertnx' })
    if (typeof results === 'string') return reply.error(results)
    return results.map((result) => Math.max(-1, result))
  },
})
