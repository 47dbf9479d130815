import { arg, defineCommand, reply } from '@kvasir/module-api'
import { ADDED, EXISTS } from '../../bloom-filter.ts'
import { addArguments, addError } from './_filter.ts'

export default defineCommand({
  name: 'BF.ADD',
  summary: 'Adds an item to a Bloom filter. The filter is created if it does not exist.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(k), where k is the number of hash functions used by the last sub-filter',
  flags: ['write', 'denyoom'],
  acl: ['bloom'],
  args: { key: arg.key({ access: 'RW', flags: ['insert'] }), item: arg.string() },
  reply: reply.boolean('true: added; false: it was there, or looks like one that was'),
  raw(call) {
    const results = addArguments(call, 2, 'bf.add')
    if (results === undefined) return
    const result = results[0]
    if (result < EXISTS) call.reply.error(addError(result))
    else call.reply.boolean(result === ADDED)
  },
})
