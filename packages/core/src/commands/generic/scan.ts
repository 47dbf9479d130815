import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readScanOptions, type ScanOptions } from '../../engine/scan-options.ts'
import { isTypeName, typeNameAt } from '../../engine/type-names.ts'
import { scanBuckets } from '../../structures/bucket-scan.ts'
import { globMatch } from '../../structures/glob.ts'

export default defineCoreCommand({
  name: 'SCAN',
  summary: 'Walks through the keys of the database, a few at a time.',
  since: '2.8.0',
  group: 'generic',
  complexity: 'O(1) for every call, O(N) for a whole walk, where N is the number of keys',
  flags: ['readonly', 'touches_arbitrary_keys'],
  acl: ['keyspace'],
  tips: ['nondeterministic_output', 'request_policy:special', 'response_policy:special'],
  history: [['6.0.0', 'Added the option TYPE.']],
  args: {
    cursor: arg.integer(),
    pattern: arg.optional(arg.after('MATCH', arg.pattern())),
    count: arg.optional(arg.after('COUNT', arg.integer())),
    type: arg.optional(arg.after('TYPE', arg.string({ since: '6.0.0' }))),
  },
  reply: reply.array([reply.string('the next cursor, 0 at the end'), reply.list(reply.string('a key'))]),
  raw(call) {
    let type: string | undefined
    const options = readScanOptions(call, 1, (index) => {
      if (!call.argIs(index, 'type') || index + 1 === call.argc) return 0
      const name = call.argLatin1(index + 1).split('\0', 1)[0]
      type = name.toLowerCase()
      if (isTypeName(call.engine, type)) return 2
      call.reply.error(`ERR unknown type name '${name}'`)
      return -1
    })
    if (options !== undefined) scan(call, options, type)
  },
})

function scan(call: Call, options: ScanOptions, type: string | undefined): void {
  const { db, reply: out } = call
  const { pattern, count } = options
  const found: number[] = []
  const expired: Uint8Array[] = []
  const visit = (address: number): void => {
    const key = db.keyBytes(address)
    if (pattern !== undefined && !globMatch(pattern, key, 0, key.length)) return
    if (type !== undefined && typeNameAt(db, address).toLowerCase() !== type) return
    if (db.isExpired(address)) expired.push(key.slice())
    else found.push(address)
  }
  const cursor = scanBuckets(db.table, options.cursor, count, visit)
  out.array(2)
  out.bulkInteger(cursor)
  out.array(found.length)
  for (const address of found) out.bulk(db.keyBytes(address))
  // Looking an expired key up deletes it.
  for (const key of expired) db.lookup(key, 0, key.length)
}
