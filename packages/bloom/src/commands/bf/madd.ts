import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ADDED, EXISTS } from '../../bloom-filter.ts'
import { addArguments, addError } from './_filter.ts'

export default defineCommand({
  name: 'BF.MADD',
  summary: 'Adds items to a Bloom filter. The filter is created if it does not exist.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(k * n), where k is the number of hash functions and n is the number of items',
  flags: ['write', 'denyoom'],
  acl: ['bloom'],
  args: { key: arg.key({ access: 'RW', flags: ['insert'] }), item: arg.repeated(arg.string()) },
  reply: reply.list(
    reply.boolean('true: added; false: it was there, or looks like one that was'),
    'an error ends the list when the filter is full',
  ),
  raw(call) {
    const results = addArguments(call, 2, 'bf.madd')
    if (results === undefined) return
    call.reply.array(results.length)
    for (const result of results) {
      if (result < EXISTS) call.reply.error(addError(result))
      else call.reply.boolean(result === ADDED)
    }
  },
})
