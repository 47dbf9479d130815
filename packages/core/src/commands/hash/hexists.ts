import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readHash } from './_hash.ts'

export default defineCoreCommand({
  name: 'HEXISTS',
  summary: 'Says whether a hash has a field.',
  since: '2.0.0',
  group: 'hash',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  args: { key: arg.key({ access: 'RO', flags: [] }), field: arg.string() },
  reply: reply.oneOf([
    reply.integer('1: the hash has the field'),
    reply.integer('0: the key or the field does not exist'),
  ]),
  raw(call) {
    const hash = readHash(call, 1)
    if (hash !== undefined) call.reply.integer(hash.find(call.buf, call.starts[2], call.lengths[2]) ? 1 : 0)
  },
})
