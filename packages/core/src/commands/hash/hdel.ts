import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { fieldsRemoved, writeHash } from './_hash.ts'

export default defineCoreCommand({
  name: 'HDEL',
  summary: 'Deletes fields of a hash, and the key when none is left.',
  since: '2.0.0',
  group: 'hash',
  complexity: 'O(1) for each field',
  flags: ['write', 'fast'],
  history: [['2.4.0', 'Accepts multiple `field` arguments.']],
  args: { key: arg.key({ access: 'RW', flags: ['delete'] }), field: arg.repeated(arg.string()) },
  reply: reply.integer('how many fields were there and are deleted'),
  raw(call) {
    const hash = writeHash(call, 1)
    if (hash === undefined) return
    let deleted = 0
    for (let i = 2; i < call.argc && hash.size > 0; i++) {
      if (hash.delete(call.buf, call.starts[i], call.lengths[i])) deleted++
    }
    if (deleted > 0) fieldsRemoved(call, hash, 'hdel', 2)
    call.reply.integer(deleted)
  },
})
