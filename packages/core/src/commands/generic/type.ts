import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { typeNameAt } from '../../engine/type-names.ts'

export default defineCoreCommand({
  name: 'TYPE',
  summary: "Returns the type of a key's value.",
  since: '1.0.0',
  group: 'generic',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  acl: ['keyspace'],
  args: { key: arg.key({ access: 'RO', flags: [] }) },
  reply: reply.simple('the type, or none when the key does not exist'),
  raw(call) {
    const address = call.lookupQuietly(1)
    call.reply.simple(address === 0 ? 'none' : typeNameAt(call.db, address))
  },
})
