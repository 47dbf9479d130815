import { arg, reply } from '@kvasir/module-api'
import { formatDouble } from '@kvasir/protocol'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readScanCursor, readScanOptions } from '../../engine/scan-options.ts'
import { fromLatin1 } from '../../structures/bytes.ts'
import { formatSeventeenDigits } from '../../structures/double.ts'
import { globMatch } from '../../structures/glob.ts'
import { readZset } from './_zset.ts'

export default defineCoreCommand({
  name: 'ZSCAN',
  summary: 'Walks through the members of a sorted set, a few at a time.',
  since: '2.8.0',
  group: 'sorted_set',
  complexity: 'O(1) for every call, O(N) for a whole walk, where N is the number of members',
  flags: ['readonly'],
  tips: ['nondeterministic_output'],
  args: {
    key: arg.key({ access: 'RO' }),
    cursor: arg.integer(),
    pattern: arg.optional(arg.after('MATCH', arg.pattern())),
    count: arg.optional(arg.after('COUNT', arg.integer())),
    noscores: arg.flag('NOSCORES'),
  },
  reply: reply.array([
    reply.string('the next cursor, 0 at the end'),
    reply.list(reply.string('a member, and its score behind it unless NOSCORES was given')),
  ]),
  raw(call) {
    // The options do not matter when there is no sorted set to walk through.
    if (Number.isNaN(readScanCursor(call, 2))) return
    const zset = readZset(call, 1)
    if (zset === undefined) return
    const { reply: out } = call
    if (zset.size === 0) {
      out.array(2)
      out.bulkInteger(0)
      return out.array(0)
    }
    let withScores = true
    const options = readScanOptions(call, 2, (index) => {
      if (!call.argIs(index, 'noscores')) return 0
      withScores = false
      return 1
    })
    if (options === undefined) return
    const { pattern, cursor, count } = options
    const found: Uint8Array[] = []
    // What a skip list has is printed by other means in Valkey: 0.1 as 0.10000000000000001.
    const format = zset.isNominallyPacked ? formatDouble : formatSeventeenDigits
    const next = zset.scan(cursor, count, (buf, start, length, score) => {
      if (pattern !== undefined && !globMatch(pattern, buf, start, length)) return
      found.push(buf.slice(start, start + length))
      if (withScores) found.push(fromLatin1(format(score)))
    })
    out.array(2)
    out.bulkInteger(next)
    out.array(found.length)
    for (const bytes of found) out.bulk(bytes)
  },
})
