import { arg, type CommandWords, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { BAD_INDEX, readDatabaseIndex } from '../../engine/database-index.ts'
import { ERRORS } from '../../engine/errors.ts'
import { EVENT_GENERIC } from '../../engine/events.ts'

export default defineCoreCommand({
  name: 'COPY',
  summary: "Copies a key's value and time to live to another key.",
  since: '6.2.0',
  group: 'generic',
  complexity: 'O(N) where N is the size of the value',
  flags: ['write', 'denyoom'],
  acl: ['keyspace'],
  findDatabases,
  args: {
    source: arg.key({ access: 'RO' }),
    destination: arg.key({ access: 'OW' }),
    destinationDb: arg.optional(arg.after('DB', arg.integer())),
    replace: arg.flag('REPLACE'),
  },
  reply: reply.oneOf([
    reply.integer('1: the value was copied'),
    reply.integer('0: the source does not exist, or the destination exists and REPLACE was not given'),
  ]),
  raw(call) {
    let replace = false
    let dbIndex = call.session.dbIndex
    for (let i = 3; i < call.argc; i++) {
      if (call.argIs(i, 'replace')) replace = true
      else if (call.argIs(i, 'db') && i + 1 < call.argc) {
        dbIndex = readDatabaseIndex(call, ++i)
        if (dbIndex === BAD_INDEX) return
      } else return call.syntaxError()
    }
    if (dbIndex === call.session.dbIndex && call.sameArguments(1, 2)) return call.reply.error(ERRORS.sameObject)
    call.reply.integer(copy(call, dbIndex, replace) ? 1 : 0)
  },
})

/** Behind each DB; none when the words do not fit. */
function findDatabases(words: CommandWords): readonly number[] {
  const found: number[] = []
  for (let i = 3; i < words.argc; i++) {
    if (words.is(i, 'replace')) continue
    if (!words.is(i, 'db') || i + 1 === words.argc) return []
    found.push(++i)
  }
  return found
}

function copy(call: Call, dbIndex: number, replace: boolean): boolean {
  const { buf, starts, lengths } = call
  const source = call.db
  const target = call.engine.db(dbIndex)
  if (call.lookupRead(1) === 0) return false
  call.db = target
  if (call.lookupWrite(2) !== 0 && !replace) return false
  // Both are looked up anew, because another key was in between, and events of keys that expired.
  const address = source.find(buf, starts[1], lengths[1])
  if (address === 0) return false
  const value = source.copyValue(address, target)
  target.putValue(call.lookupAgain(2), buf, starts[2], lengths[2], value)
  call.created(2)
  call.changed(EVENT_GENERIC, 'copy_to', 2)
  return true
}
