import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { bySize, isInOthers } from './_operations.ts'
import { readSets } from './_set.ts'

const FIRST_KEY = 2

export default defineCoreCommand({
  name: 'SINTERCARD',
  summary: 'Counts the members that all of several sets have, up to a limit.',
  since: '7.0.0',
  group: 'set',
  complexity: 'O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets.',
  flags: ['readonly'],
  args: {
    key: arg.counted(arg.key({ access: 'RO' })),
    limit: arg.optional(arg.after('LIMIT', arg.integer())),
  },
  reply: reply.integer('the number of members, at most the limit'),
  raw(call) {
    const keys = call.argInt64(1)
    if (keys === undefined || keys <= 0n) {
      return call.reply.error('ERR numkeys should be greater than 0')
    }
    if (keys > call.argc - FIRST_KEY) {
      return call.reply.error("ERR Number of keys can't be greater than number of args")
    }
    const end = FIRST_KEY + Number(keys)
    const limit = readLimit(call, end)
    if (limit < 0) return
    const sets = readSets(call, FIRST_KEY, end)
    if (sets === undefined) return
    const sorted = bySize(sets)
    let count = 0
    sorted[0].some((buf, start, length) => isInOthers(sorted, buf, start, length) && ++count === limit)
    call.reply.integer(count)
  },
})

/** @returns the limit, 0 for none; -1 after an error */
function readLimit(call: Call, from: number): number {
  let limit = 0
  for (let i = from; i < call.argc; i += 2) {
    if (!call.argIs(i, 'limit') || i + 1 === call.argc) {
      call.syntaxError()
      return -1
    }
    const value = call.argInt64(i + 1)
    if (value === undefined || value < 0n) {
      call.reply.error("ERR LIMIT can't be negative")
      return -1
    }
    limit = Number(value)
  }
  return limit
}
