import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { rename } from './_rename.ts'

export default defineCoreCommand({
  name: 'RENAME',
  summary: 'Renames a key with its time to live. A key that has the new name already is overwritten.',
  since: '1.0.0',
  group: 'generic',
  complexity: 'O(1)',
  flags: ['write'],
  acl: ['keyspace'],
  history: [['3.2.0', 'Both names may be the same.']],
  args: {
    key: arg.key({ access: 'RW', flags: ['access', 'delete'] }),
    newkey: arg.key({ access: 'OW', flags: ['update'] }),
  },
  reply: reply.simple('OK'),
  raw(call) {
    if (rename(call, false) !== undefined) call.reply.ok()
  },
})
