/** DEBUG HTSTATS and HTSTATS-KEY: figures of hash tables, in the form that the peers' test-suites search for sizes. */

import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import { encodingNameAt } from '../../engine/type-names.ts'
import { ENCODING_OBJECT } from '../../keyspace/entry.ts'

export function debugHashStats(call: Call): void {
  const index = call.argInteger(2)
  if (Number.isNaN(index)) return call.reply.error(ERRORS.notInteger)
  if (index < 0 || index >= call.engine.databaseCount) return call.reply.error('ERR Out of range database')
  const { table, wheel } = call.engine.db(index)
  const lines = ['[Dictionary HT]', ...tableLines(table.slots, table.size)]
  // Times to live are kept in the timer wheel, in the entries themselves: there is no second table.
  lines.push('[Expires HT]', ` number of entries: ${wheel.size}`, '')
  call.reply.verbatim('txt', lines.join('\n'))
}

export function debugHashStatsOfKey(call: Call): void {
  const address = call.db.find(call.buf, call.starts[2], call.lengths[2])
  if (address === 0) return call.reply.error(ERRORS.noSuchKey)
  const object = call.db.encoding(address) === ENCODING_OBJECT ? call.db.object(address) : undefined
  const { tableSlots, size = 0 } = object ?? {}
  // What Valkey would keep packed has no table, whatever we have.
  if (tableSlots === undefined || PACKED_NAMES.has(encodingNameAt(call.db, address))) {
    return call.reply.error('ERR The value stored at the specified key is not represented using an hash table')
  }
  call.reply.verbatim('txt', [...tableLines(tableSlots, size), ''].join('\n'))
}

const PACKED_NAMES: ReadonlySet<string> = new Set(['intset', 'listpack'])

/** There is one table, which grows without a second one. */
function tableLines(slots: number, size: number): string[] {
  return [
    'Hash table 0 stats (main hash table):',
    ` table size: ${slots}`,
    ` number of entries: ${size}`,
    ' rehashing index: -1',
  ]
}
