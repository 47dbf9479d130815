import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { BAD_INDEX, readDatabaseIndex } from '../../engine/database-index.ts'

export default defineCoreCommand({
  name: 'SELECT',
  summary: "Changes the connection's database.",
  since: '1.0.0',
  group: 'connection',
  complexity: 'O(1)',
  flags: ['loading', 'stale', 'fast', 'allow_busy'],
  findDatabases: () => [1],
  args: { index: arg.integer() },
  reply: reply.simple('OK'),
  raw(call) {
    const index = readDatabaseIndex(call, 1)
    if (index === BAD_INDEX) return
    call.session.dbIndex = index
    call.reply.ok()
  },
})
