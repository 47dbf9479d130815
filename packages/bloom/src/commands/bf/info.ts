import { arg, defineCommand, type ReplyValue, reply } from '@kvasir/module-api'
import type { BloomFilter } from '../../bloom-filter.ts'
import { bloomFilterType } from '../../bloom-filter-type.ts'
import { ERRORS } from '../../errors.ts'
import { infoReply } from '../_info-reply.ts'

const FIELDS = {
  capacity: 'Capacity',
  size: 'Size',
  filters: 'Number of filters',
  items: 'Number of items inserted',
  expansion: 'Expansion rate',
} as const

export default defineCommand({
  name: 'BF.INFO',
  summary: 'Returns information about a Bloom filter.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  acl: ['bloom'],
  args: {
    key: arg.key({ access: 'RO' }),
    singleValue: arg.optional(
      arg.oneOf(
        {
          capacity: arg.token('CAPACITY'),
          size: arg.token('SIZE'),
          filters: arg.token('FILTERS'),
          items: arg.token('ITEMS'),
          expansion: arg.token('EXPANSION'),
        },
        { docsName: 'single_value' },
      ),
    ),
  },
  reply: reply.oneOf([
    reply.map(reply.integer(), 'names and values; the expansion rate is nil when the filter does not scale'),
    reply.array([reply.integer()], 'in RESP2, the one value that was asked for'),
  ]),
  handler(ctx, { key, singleValue }) {
    const filter = ctx.key(key).getValue(bloomFilterType)
    if (filter === undefined) return reply.error(ERRORS.notFound)
    const values = valuesOf(filter)
    if (singleValue !== undefined) {
      const value = values[singleValue.is]
      return ctx.client.resp === 2 ? [value] : infoReply({ [FIELDS[singleValue.is]]: value })
    }
    const names = Object.keys(FIELDS) as (keyof typeof FIELDS)[]
    return infoReply(Object.fromEntries(names.map((name) => [FIELDS[name], values[name]])))
  },
})

function valuesOf(filter: BloomFilter): Record<keyof typeof FIELDS, ReplyValue> {
  return {
    capacity: filter.capacity,
    size: filter.memoryBytes,
    filters: filter.subFilters.length,
    items: filter.size,
    expansion: filter.isScaling ? filter.expansion : null,
  }
}
