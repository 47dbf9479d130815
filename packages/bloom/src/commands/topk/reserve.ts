import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ERRORS } from '../../errors.ts'
import { K_MAX, TopK } from '../../top-k.ts'
import { topKType } from '../../top-k-type.ts'

/** Without dimensions of its own. */
const DEFAULTS = { width: 8, depth: 7, decay: 0.9 }

export default defineCommand({
  name: 'TOPK.RESERVE',
  summary: 'Creates an empty top-k list.',
  since: '2.0.0',
  group: 'module',
  complexity: 'O(1)',
  flags: ['write', 'denyoom', 'fast'],
  acl: ['topk'],
  args: {
    key: arg.key({ access: 'RW', flags: ['insert'] }),
    topk: arg.integer({ min: 1, max: K_MAX, error: ERRORS.topkK }),
    params: arg.optional(
      arg.block({
        width: arg.integer({ min: 1, error: ERRORS.topkWidth }),
        depth: arg.integer({ min: 1, error: ERRORS.topkDepth }),
        decay: arg.double({ error: ERRORS.topkDecay }),
      }),
    ),
  },
  reply: reply.simple('OK'),
  handler(ctx, { key, topk: k, params }) {
    const { width, depth, decay } = params ?? DEFAULTS
    if (!(decay > 0 && decay <= 1)) return reply.error(ERRORS.topkDecay)
    const entry = ctx.key(key)
    if (entry.getValue(topKType) !== undefined) return reply.error(ERRORS.topkExists)
    const topK = TopK.create(k, width, depth, decay)
    if (topK === undefined) return reply.error(ERRORS.topkMemory)
    entry.setValue(topKType, topK, 'topk.reserve')
    return reply.OK
  },
})
