import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { TYPE_STRING } from '../../keyspace/entry.ts'

export default defineCoreCommand({
  name: 'MGET',
  summary: 'Returns the string values of several keys at once.',
  since: '1.0.0',
  group: 'string',
  complexity: 'O(N), N being the number of keys.',
  flags: ['readonly', 'fast'],
  tips: ['request_policy:multi_shard'],
  args: { key: arg.repeated(arg.key({ access: 'RO' })) },
  reply: reply.list(reply.oneOf([reply.string('the value'), reply.nil('the key does not exist or is no string')])),
  raw(call) {
    const { db, reply: out } = call
    out.array(call.argc - 1)
    for (let i = 1; i < call.argc; i++) {
      call.prefetchKeys(i, 1, 1, call.argc)
      const address = call.lookupRead(i)
      if (address === 0 || db.type(address) !== TYPE_STRING) out.nil()
      else {
        db.value(address)
        out.bulk(db.valueBuf, db.valueStart, db.valueLength)
      }
    }
  },
})
