import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { BAD_INDEX, readDatabaseIndex } from '../../engine/database-index.ts'
import { ERRORS } from '../../engine/errors.ts'
import { EVENT_GENERIC } from '../../engine/events.ts'

export default defineCoreCommand({
  name: 'MOVE',
  summary: 'Moves a key with its time to live to another database, unless there is one of this name.',
  since: '1.0.0',
  group: 'generic',
  complexity: 'O(1)',
  flags: ['write', 'fast'],
  acl: ['keyspace'],
  findDatabases: () => [2],
  args: { key: arg.key({ access: 'RW', flags: ['access', 'update'] }), db: arg.integer() },
  reply: reply.oneOf([
    reply.integer('1: the key was moved'),
    reply.integer('0: the key does not exist, or the other database has one of this name'),
  ]),
  raw(call) {
    const dbIndex = readDatabaseIndex(call, 2)
    if (dbIndex === BAD_INDEX) return
    const source = call.db
    const target = call.engine.db(dbIndex)
    if (source === target) return call.reply.error(ERRORS.sameObject)
    if (call.lookupWrite(1) === 0) return call.reply.integer(0)
    call.db = target
    if (call.lookupWrite(1) !== 0) return call.reply.integer(0)
    const { buf, starts, lengths } = call
    const address = source.lookupWrite(buf, starts[1], lengths[1])
    // Whoever heard that the other one expired may have deleted this one.
    if (address === 0) return call.reply.integer(0)
    const value = source.takeFound(address)
    target.putValue(call.lookupAgain(1), buf, starts[1], lengths[1], value)
    call.created(1)
    call.db = source
    call.changed(EVENT_GENERIC, 'move_from', 1)
    call.db = target
    call.changed(EVENT_GENERIC, 'move_to', 1)
    call.reply.integer(1)
  },
})
