import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { encodingNameAt } from '../../engine/type-names.ts'
import { inspectKey } from './_object.ts'

export default defineCoreCommand({
  name: 'OBJECT ENCODING',
  summary: 'Returns how the value of a key would be kept by Redis.',
  since: '2.2.3',
  group: 'generic',
  complexity: 'O(1)',
  flags: ['readonly'],
  acl: ['keyspace'],
  tips: ['nondeterministic_output'],
  args: { key: arg.key({ access: 'RO', flags: [] }) },
  reply: reply.oneOf([reply.string('such as int, listpack or skiplist'), reply.nil('the key does not exist')]),
  raw(call) {
    const address = inspectKey(call)
    if (address === 0) return
    call.reply.bulkString(encodingNameAt(call.db, address))
  },
})
