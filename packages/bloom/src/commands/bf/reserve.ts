import { arg, defineCommand, reply } from '@kvasir/module-api'
import { bloomFilterType } from '../../bloom-filter-type.ts'
import { ERRORS } from '../../errors.ts'
import { createFilter, expansionArgument, refusedOptions } from './_filter.ts'

export default defineCommand({
  name: 'BF.RESERVE',
  summary: 'Creates an empty Bloom filter.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(1)',
  flags: ['write', 'denyoom', 'fast'],
  acl: ['bloom'],
  args: {
    key: arg.key({ access: 'RW', flags: ['insert'] }),
    errorRate: arg.double({ error: ERRORS.badErrorRate, docsName: 'error_rate' }),
    capacity: arg.integer({ min: 1, error: ERRORS.badCapacity, rangeError: ERRORS.capacityRange }),
    expansion: expansionArgument,
    nonscaling: arg.flag('NONSCALING'),
  },
  reply: reply.simple('OK'),
  handler(ctx, { key, ...options }) {
    const refusal = refusedOptions(options)
    if (refusal !== undefined) return reply.error(refusal)
    const entry = ctx.key(key)
    if (entry.getValue(bloomFilterType) !== undefined) return reply.error(ERRORS.itemExists)
    const filter = createFilter(ctx, options)
    if (filter === undefined) return reply.error(ERRORS.filterMemory)
    entry.setValue(bloomFilterType, filter, 'bf.reserve')
    return reply.OK
  },
})
