/** DEBUG HTSTATS: figures of a database's table, in the form that the peers' test-suites search for sizes. */

import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'

export function debugHashStats(call: Call): void {
  const index = call.argInteger(2)
  if (Number.isNaN(index)) return call.reply.error(ERRORS.notInteger)
  if (index < 0 || index >= call.engine.databaseCount) return call.reply.error('ERR Out of range database')
  const { table, wheel } = call.engine.db(index)
  const lines = ['[Dictionary HT]', 'Hash table 0 stats (main hash table):']
  lines.push(` table size: ${table.slots}`, ` number of entries: ${table.size}`, ' rehashing index: -1')
  // Times to live are kept in the timer wheel, in the entries themselves: there is no second table.
  lines.push('[Expires HT]', ` number of entries: ${wheel.size}`, '')
  call.reply.verbatim('txt', lines.join('\n'))
}

export function debugHashStatsOfKey(call: Call): void {
  const address = call.db.find(call.buf, call.starts[2], call.lengths[2])
  if (address === 0) return call.reply.error(ERRORS.noSuchKey)
  call.reply.error('ERR The value stored at the specified key is not represented using an hash table')
}
