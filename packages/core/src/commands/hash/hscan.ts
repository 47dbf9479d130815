import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readScanCursor, readScanOptions } from '../../engine/scan-options.ts'
import { globMatch } from '../../structures/glob.ts'
import { readHash } from './_hash.ts'

export default defineCoreCommand({
  name: 'HSCAN',
  summary: 'Walks through the fields of a hash, a few at a time.',
  since: '2.8.0',
  group: 'hash',
  complexity: 'O(1) for every call, O(N) for a whole walk, where N is the number of fields',
  flags: ['readonly'],
  tips: ['nondeterministic_output'],
  args: {
    key: arg.key({ access: 'RO' }),
    cursor: arg.integer(),
    pattern: arg.optional(arg.after('MATCH', arg.pattern())),
    count: arg.optional(arg.after('COUNT', arg.integer())),
    novalues: arg.flag('NOVALUES'),
  },
  reply: reply.array([
    reply.string('the next cursor, 0 at the end'),
    reply.list(reply.string('a field, and its value behind it unless NOVALUES was given')),
  ]),
  raw(call) {
    // The options do not matter when there is no hash to walk through.
    if (Number.isNaN(readScanCursor(call, 2))) return
    const hash = readHash(call, 1)
    if (hash === undefined) return
    if (hash.size === 0) return replyEmpty(call)
    let withValues = true
    const options = readScanOptions(call, 2, (index) => {
      if (!call.argIs(index, 'novalues')) return 0
      withValues = false
      return 1
    })
    if (options === undefined) return
    const { pattern, cursor, count } = options
    const found: Uint8Array[] = []
    const next = hash.scan(cursor, count, (fieldBuf, fieldStart, fieldLength, valueBuf, valueStart, valueLength) => {
      if (pattern !== undefined && !globMatch(pattern, fieldBuf, fieldStart, fieldLength)) return
      found.push(fieldBuf.slice(fieldStart, fieldStart + fieldLength))
      if (withValues) found.push(valueBuf.slice(valueStart, valueStart + valueLength))
    })
    call.reply.array(2)
    call.reply.bulkInteger(next)
    call.reply.array(found.length)
    for (const bytes of found) call.reply.bulk(bytes)
  },
})

function replyEmpty({ reply: out }: Call): void {
  out.array(2)
  out.bulkInteger(0)
  out.array(0)
}
