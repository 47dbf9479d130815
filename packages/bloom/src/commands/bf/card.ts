import { arg, defineCommand, reply } from '@kvasir/module-api'
import { bloomFilterType } from '../../bloom-filter-type.ts'

export default defineCommand({
  name: 'BF.CARD',
  summary: 'Returns how many items were added to a Bloom filter and found to be new.',
  since: '2.4.4',
  group: 'module',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  acl: ['bloom'],
  args: { key: arg.key({ access: 'RO' }) },
  reply: reply.integer('items; 0 when there is no filter'),
  handler: (ctx, { key }) => ctx.key(key).getValue(bloomFilterType)?.size ?? 0,
})
