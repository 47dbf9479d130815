import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { NO_FIELD_EXPIRY } from '../../types/hash-object.ts'
import { fieldsArgument, readFieldsAfterKey } from './_fields.ts'
import { fieldsChanged, writeHash } from './_hash.ts'

export default defineCoreCommand({
  name: 'HPERSIST',
  summary: 'Removes the expiry of fields of a hash.',
  since: '9.0.0',
  group: 'hash',
  complexity: 'O(N) where N is the number of fields given',
  flags: ['write', 'fast'],
  args: { key: arg.key({ access: 'RW', flags: ['update'] }), fields: fieldsArgument },
  reply: reply.list(
    reply.oneOf([
      reply.integer('1: the expiry was removed'),
      reply.integer('-1: the field has no expiry'),
      reply.integer('-2: the key or the field does not exist'),
    ]),
  ),
  raw(call) {
    const { buf, starts, lengths } = call
    const first = readFieldsAfterKey(call)
    if (first === 0) return
    const hash = writeHash(call, 1)
    if (hash === undefined) return
    let persisted = 0
    call.reply.array(call.argc - first)
    for (let i = first; i < call.argc; i++) {
      if (!hash.find(buf, starts[i], lengths[i])) call.reply.integer(-2)
      else if (hash.foundExpiryMs === NO_FIELD_EXPIRY) call.reply.integer(-1)
      else {
        hash.setExpiry(buf, starts[i], lengths[i], NO_FIELD_EXPIRY)
        persisted++
        call.reply.integer(1)
      }
    }
    if (persisted > 0) fieldsChanged(call, 'hpersist', first, 1)
  },
})
