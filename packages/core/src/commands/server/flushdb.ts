import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { flush, flushArguments } from './_flush.ts'

export default defineCoreCommand({
  name: 'FLUSHDB',
  summary: 'Removes all keys of the database.',
  since: '1.0.0',
  group: 'server',
  complexity: 'O(1); the memory is given back afterwards, little by little',
  flags: ['write'],
  acl: ['keyspace', 'dangerous'],
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  args: flushArguments,
  reply: reply.simple('OK'),
  raw(call) {
    flush(call, call.session.dbIndex)
  },
})
