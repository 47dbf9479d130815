import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readScanCursor, readScanOptions } from '../../engine/scan-options.ts'
import { globMatch } from '../../structures/glob.ts'
import { readSet } from './_set.ts'

export default defineCoreCommand({
  name: 'SSCAN',
  summary: 'Walks through the members of a set, a few at a time.',
  since: '2.8.0',
  group: 'set',
  complexity: 'O(1) for every call, O(N) for a whole walk, where N is the number of members',
  flags: ['readonly'],
  tips: ['nondeterministic_output'],
  args: {
    key: arg.key({ access: 'RO' }),
    cursor: arg.integer(),
    pattern: arg.optional(arg.after('MATCH', arg.pattern())),
    count: arg.optional(arg.after('COUNT', arg.integer())),
  },
  reply: reply.array([reply.string('the next cursor, 0 at the end'), reply.list(reply.string('a member'))]),
  raw(call) {
    const { reply: out } = call
    if (Number.isNaN(readScanCursor(call, 2))) return
    const set = readSet(call, 1)
    if (set === undefined) return
    const isMissing = set.size === 0
    const options = isMissing ? undefined : readScanOptions(call, 2, () => 0)
    if (options === undefined) {
      if (!isMissing) return
      out.array(2)
      out.bulkInteger(0)
      return out.array(0)
    }
    const { pattern, cursor, count } = options
    const places: number[] = []
    const next = set.scan(cursor, count, (buf, start, length, place) => {
      if (pattern === undefined || globMatch(pattern, buf, start, length)) places.push(place)
    })
    out.array(2)
    out.bulkInteger(next)
    out.array(places.length)
    for (const place of places) {
      set.read(place)
      out.bulk(set.memberBuf, set.memberStart, set.memberLength)
    }
  },
})
