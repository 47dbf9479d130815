import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { isInt32 } from '../../engine/database-index.ts'
import { ERRORS } from '../../engine/errors.ts'

export default defineCoreCommand({
  name: 'SWAPDB',
  summary: 'Swaps two databases: clients of one see the keys of the other at once.',
  since: '4.0.0',
  group: 'server',
  complexity: 'O(1)',
  flags: ['write', 'fast'],
  acl: ['keyspace', 'dangerous'],
  findDatabases: () => [1, 2],
  args: { index1: arg.integer(), index2: arg.integer() },
  reply: reply.simple('OK'),
  raw(call) {
    const first = readInt32(call, 1)
    if (Number.isNaN(first)) return call.reply.error('ERR invalid first DB index')
    const second = readInt32(call, 2)
    if (Number.isNaN(second)) return call.reply.error('ERR invalid second DB index')
    const { engine } = call
    const last = engine.databaseCount - 1
    if (Math.min(first, second) < 0 || Math.max(first, second) > last) return call.reply.error(ERRORS.dbIndexOutOfRange)
    engine.swapDatabases(first, second)
    engine.dirty++
    call.reply.ok()
  },
})

function readInt32(call: Call, index: number): number {
  const value = call.argInteger(index)
  return isInt32(value) ? value : Number.NaN
}
