import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { restore, restoreArguments } from './_restore.ts'

export default defineCoreCommand({
  name: 'RESTORE',
  summary: 'Creates a key from the serialized form of a value, as DUMP returns it.',
  since: '2.6.0',
  group: 'generic',
  complexity: 'O(N) where N is the size of the value; O(N*log(N)) for a sorted set of N members',
  flags: ['write', 'denyoom'],
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
