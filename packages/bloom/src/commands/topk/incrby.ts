import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { topKType } from '../../top-k-type.ts'

/** More would keep the server busy for too long. */
const INCREMENT_MAX = 100_000

export default defineCommand({
  name: 'TOPK.INCRBY',
  summary: 'Increases the counts of items, and returns those that left the list for them.',
  since: '2.0.0',
  group: 'module',
  complexity: 'O(n * k * incr) where n is the number of items, k is the depth and incr is the increment',
  flags: ['write', 'denyoom'],
  acl: ['topk'],
  args: {
    key: arg.key({ access: 'RW', flags: ['access', 'update'] }),
    items: arg.repeated(
      arg.block({
        item: arg.string(),
        increment: arg.integer({ min: 1, max: INCREMENT_MAX, error: ERRORS.topkIncrement }),
      }),
    ),
  },
  reply: reply.list(reply.oneOf([reply.string('the item that left the list'), reply.nil('none did')])),
  handler(ctx, { key, items }) {
    const entry = ctx.key(key)
    const topK = entry.getValue(topKType)
    if (topK === undefined) return reply.error(ERRORS.topkMissing)
    const expelled = items.map(({ item, increment }) => topK.increase(item, increment) ?? null)
    entry.changed('topk.incrby')
    return expelled
  },
})
