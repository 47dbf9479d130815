import { arg, defineCommand, reply } from '@kvasir/module-api'
import { bloomFilterType } from '../../bloom-filter-type.ts'

export default defineCommand({
  name: 'BF.EXISTS',
  summary: 'Tells whether an item may be in a Bloom filter.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(k), where k is the number of hash functions used by the last sub-filter',
  flags: ['readonly'],
  acl: ['bloom'],
  args: { key: arg.key({ access: 'RO' }), item: arg.string() },
  reply: reply.boolean('true: it is there, or looks like one that is; false: it is not, or there is no filter'),
  raw(call) {
    const filter = call.value(1, bloomFilterType)
    call.reply.boolean(filter?.has(call.buf, call.argStart(2), call.argLength(2)) ?? false)
  },
})
