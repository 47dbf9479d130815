import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { dumpPayload } from '../../keyspace/rdb/payload.ts'
import { RdbWriter } from '../../structures/rdb-writer.ts'

export default defineCoreCommand({
  name: 'DUMP',
  summary: 'Returns the value of a key in serialized form, for RESTORE.',
  since: '2.6.0',
  group: 'generic',
  complexity: 'O(N) where N is the size of the value',
  flags: ['readonly'],
  acl: ['keyspace'],
  tips: ['nondeterministic_output'],
  args: { key: arg.key({ access: 'RO', flags: ['access'] }) },
  reply: reply.oneOf([reply.string('the serialized value'), reply.nil('the key does not exist')]),
  raw(call) {
    const address = call.lookupRead(1)
    if (address === 0) return call.reply.nil()
    const payload = dumpPayload(new RdbWriter(call.engine.config.parameter('rdbcompression').value), call.db, address)
    call.reply.bulk(payload, 0, payload.length)
  },
})
