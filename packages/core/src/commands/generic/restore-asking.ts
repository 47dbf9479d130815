import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { restore, restoreArguments } from './_restore.ts'

export default defineCoreCommand({
  name: 'RESTORE-ASKING',
  summary: 'RESTORE for cluster nodes that a slot is being moved to.',
  since: '3.0.0',
  group: 'server',
  complexity: 'O(N) where N is the size of the value; O(N*log(N)) for a sorted set of N members',
  flags: ['write', 'denyoom', 'asking'],
  docFlags: ['syscmd'],
  acl: ['keyspace', 'dangerous'],
  history: [
    ['3.0.0', 'Added the `REPLACE` modifier.'],
    ['5.0.0', 'Added the `ABSTTL` modifier.'],
    ['5.0.0', 'Added the `IDLETIME` and `FREQ` options.'],
  ],
  args: restoreArguments,
  reply: reply.simple('OK'),
  raw: restore,
})
