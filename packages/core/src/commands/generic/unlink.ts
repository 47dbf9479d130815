import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { deleteKeys } from './_delete.ts'

export default defineCoreCommand({
  name: 'UNLINK',
  summary: 'Deletes one or more keys.',
  since: '4.0.0',
  group: 'generic',
  complexity: 'O(N) where N is the number of keys',
  flags: ['write', 'fast'],
  acl: ['keyspace'],
  tips: ['request_policy:multi_shard', 'response_policy:agg_sum'],
  args: { key: arg.repeated(arg.key({ access: 'RM' })) },
  reply: reply.integer('number of keys that were deleted'),
  raw: deleteKeys,
})
