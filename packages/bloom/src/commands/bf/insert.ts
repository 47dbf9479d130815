import { arg, defineCommand, type ReplyValue, reply } from '@kvasir/module-api'
import { EXISTS } from '../../bloom-filter.ts'
import { bloomFilterType } from '../../bloom-filter-type.ts'
import { ERRORS } from '../../errors.ts'
import { addReply, createFilter, expansionArgument, refusedOptions } from './_filter.ts'

export default defineCommand({
  name: 'BF.INSERT',
  summary: 'Adds items to a Bloom filter, which is created with these options if it does not exist.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(k * n), where k is the number of hash functions and n is the number of items',
  flags: ['write', 'denyoom'],
  acl: ['bloom'],
  args: {
    key: arg.key({ access: 'RW', flags: ['insert'] }),
    capacity: arg.optional(
      arg.after('CAPACITY', arg.integer({ min: 1, error: ERRORS.badCapacity, rangeError: ERRORS.capacityRange })),
    ),
    errorRate: arg.optional(arg.after('ERROR', arg.double({ error: ERRORS.badErrorRate, docsName: 'error' }))),
    expansion: expansionArgument,
    nocreate: arg.flag('NOCREATE'),
    nonscaling: arg.flag('NONSCALING'),
    items: arg.after('ITEMS', arg.repeated(arg.string())),
  },
  reply: reply.list(
    reply.boolean('true: added; false: it was there, or looks like one that was'),
    'an error ends the list when the filter is full',
  ),
  handler(ctx, { key, nocreate, items, ...options }) {
    const refusal = refusedOptions(options)
    if (refusal !== undefined) return reply.error(refusal)
    const hasOptions = options.capacity !== undefined || options.errorRate !== undefined
    if (nocreate && hasOptions) return reply.error(ERRORS.noCreateOptions)
    const entry = ctx.key(key)
    const found = entry.getValue(bloomFilterType)
    if (found === undefined && nocreate) return reply.error(ERRORS.notFound)
    const filter = found ?? createFilter(ctx, options)
    if (filter === undefined) return reply.error(ERRORS.filterMemory)
    const sizeBefore = filter.size
    const results: ReplyValue[] = []
    for (const item of items) {
      const result = filter.add(item, 0, item.length)
      results.push(addReply(result))
      if (result < EXISTS) break
    }
    if (found === undefined) entry.setValue(bloomFilterType, filter, 'bf.insert')
    else if (filter.size > sizeBefore) entry.changed('bf.insert')
    return results
  },
})
