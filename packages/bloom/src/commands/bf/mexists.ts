import { arg, defineCommand, reply } from '@kvasir/module-api'
import { bloomFilterType } from '../../bloom-filter-type.ts'

export default defineCommand({
  name: 'BF.MEXISTS',
  summary: 'Tells of each item whether it may be in a Bloom filter.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(k * n), where k is the number of hash functions and n is the number of items',
  flags: ['readonly'],
  acl: ['bloom'],
  args: { key: arg.key({ access: 'RO' }), item: arg.repeated(arg.string()) },
  reply: reply.list(
    reply.boolean('true: it is there, or looks like one that is; false: it is not, or there is no filter'),
  ),
  raw(call) {
    const filter = call.value(1, bloomFilterType)
    call.reply.array(call.argc - 2)
    for (let i = 2; i < call.argc; i++) {
      call.reply.boolean(filter?.has(call.buf, call.argStart(i), call.argLength(i)) ?? false)
    }
  },
})
