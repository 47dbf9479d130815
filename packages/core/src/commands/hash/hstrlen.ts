import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readHash } from './_hash.ts'

export default defineCoreCommand({
  name: 'HSTRLEN',
  summary: "Returns the length of a field's value.",
  since: '3.2.0',
  group: 'hash',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  args: { key: arg.key({ access: 'RO', flags: [] }), field: arg.string() },
  reply: reply.integer('the length in bytes, 0 when the key or the field does not exist'),
  raw(call) {
    const hash = readHash(call, 1)
    if (hash === undefined) return
    call.reply.integer(hash.find(call.buf, call.starts[2], call.lengths[2]) ? hash.valueLength : 0)
  },
})
