import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { fieldsArgument, readFieldsAfterKey } from './_fields.ts'
import { fieldsRemoved, writeHash } from './_hash.ts'

export default defineCoreCommand({
  name: 'HGETDEL',
  summary: 'Returns the values of fields of a hash and deletes the fields, and the key when none is left.',
  since: '9.1.0',
  group: 'hash',
  complexity: 'O(N) where N is the number of fields given',
  flags: ['write', 'fast'],
  args: { key: arg.key({ access: 'RW', flags: ['access', 'delete'] }), fields: fieldsArgument },
  reply: reply.list(reply.oneOf([reply.string('a value'), reply.nil('the field does not exist')])),
  raw(call) {
    const { buf, starts, lengths, reply: out } = call
    const first = readFieldsAfterKey(call)
    if (first === 0) return
    const hash = writeHash(call, 1)
    if (hash === undefined) return
    let deleted = 0
    out.array(call.argc - first)
    for (let i = first; i < call.argc; i++) {
      if (!hash.find(buf, starts[i], lengths[i])) out.nil()
      else {
        out.bulk(hash.valueBuf, hash.valueStart, hash.valueLength)
        hash.delete(buf, starts[i], lengths[i])
        deleted++
      }
    }
    if (deleted > 0) fieldsRemoved(call, hash, 'hdel', first)
  },
})
