import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { inspectKey } from './_object.ts'

export default defineCoreCommand({
  name: 'OBJECT REFCOUNT',
  summary: 'Returns how many references there are to the value of a key: always one.',
  since: '2.2.3',
  group: 'generic',
  complexity: 'O(1)',
  flags: ['readonly'],
  acl: ['keyspace'],
  tips: ['nondeterministic_output'],
  args: { key: arg.key({ access: 'RO', flags: [] }) },
  reply: reply.oneOf([reply.integer('1'), reply.nil('the key does not exist')]),
  raw(call) {
    const address = inspectKey(call)
    if (address === 0) return
    call.reply.integer(1)
  },
})
