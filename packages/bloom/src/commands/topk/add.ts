import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { topKType } from '../../top-k-type.ts'

export default defineCommand({
  name: 'TOPK.ADD',
  summary: 'Counts items once each, and returns those that left the list for them.',
  since: '2.0.0',
  group: 'module',
  complexity: 'O(n * k) where n is the number of items and k is the depth',
  flags: ['write', 'denyoom'],
  acl: ['topk'],
  args: { key: arg.key({ access: 'RW', flags: ['access', 'update'] }), items: arg.repeated(arg.string()) },
  reply: reply.list(reply.oneOf([reply.string('the item that left the list'), reply.nil('none did')])),
  handler(ctx, { key, items }) {
    const entry = ctx.key(key)
    const topK = entry.getValue(topKType)
    if (topK === undefined) return reply.error(ERRORS.topkMissing)
    const expelled = items.map((item) => topK.increase(item, 1) ?? null)
    entry.changed('topk.add')
    return expelled
  },
})
