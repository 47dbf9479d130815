import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readHash } from './_hash.ts'

export default defineCoreCommand({
  name: 'HGET',
  summary: 'Returns the value of a field in a hash.',
  since: '2.0.0',
  group: 'hash',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  args: { key: arg.key({ access: 'RO' }), field: arg.string() },
  reply: reply.oneOf([reply.string('the value'), reply.nil('the key or the field does not exist')]),
  raw(call) {
    const hash = readHash(call, 1)
    if (hash === undefined) return
    if (!hash.find(call.buf, call.starts[2], call.lengths[2])) return call.reply.nil()
    call.reply.bulk(hash.valueBuf, hash.valueStart, hash.valueLength)
  },
})
