import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { rename } from './_rename.ts'

export default defineCoreCommand({
  name: 'RENAMENX',
  summary: 'Renames a key with its time to live, unless a key has the new name already.',
  since: '1.0.0',
  group: 'generic',
  complexity: 'O(1)',
  flags: ['write', 'fast'],
  acl: ['keyspace'],
  history: [['3.2.0', 'Both names may be the same.']],
  args: {
    key: arg.key({ access: 'RW', flags: ['access', 'delete'] }),
    newkey: arg.key({ access: 'OW', flags: ['insert'] }),
  },
  reply: reply.oneOf([reply.integer('1: the key was renamed'), reply.integer('0: the new name is taken')]),
  raw(call) {
    const renamed = rename(call, true)
    if (renamed !== undefined) call.reply.integer(renamed ? 1 : 0)
  },
})
