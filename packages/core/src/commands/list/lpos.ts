import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readDirected, readList } from './_list.ts'

const RANK_ZERO =
  "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... " +
  'or use negative to start from the end of the list'

interface Options {
  /** Which match comes first; negative from the end. */
  readonly rank: number
  /** Most matches; 0 for all. Undefined without COUNT. */
  readonly count: number | undefined
  /** Most elements looked at; 0 for all. */
  readonly lengthMax: number
}

export default defineCoreCommand({
  name: 'LPOS',
  summary: 'Returns the indexes of elements of a list that are equal to a value.',
  since: '6.0.6',
  group: 'list',
  complexity: 'O(N) where N is the number of elements looked at',
  flags: ['readonly'],
  args: {
    key: arg.key({ access: 'RO' }),
    element: arg.string(),
    rank: arg.optional(arg.after('RANK', arg.integer())),
    numMatches: arg.optional(arg.after('COUNT', arg.integer())),
    len: arg.optional(arg.after('MAXLEN', arg.integer())),
  },
  reply: reply.oneOf([
    reply.nil('no element is equal'),
    reply.integer('without COUNT: the index'),
    reply.list(reply.integer(), 'with COUNT: the indexes, in the order of looking'),
  ]),
  raw(call) {
    const options = readOptions(call)
    if (options === undefined) return
    const list = readList(call, 1)
    if (list === undefined) return
    const { rank, count, lengthMax } = options
    const { buf, starts, lengths, reply: out } = call
    const { length } = list
    const found: number[] = []
    const most = count === undefined ? 1 : count === 0 ? Number.POSITIVE_INFINITY : count
    let skip = Math.abs(rank) - 1
    const visit = (index: number): boolean => {
      if (skip > 0) skip--
      else found.push(index)
      return found.length < most
    }
    const looked = lengthMax === 0 ? length : Math.min(lengthMax, length)
    if (rank > 0) list.forEachEqual(buf, starts[2], lengths[2], 0, 1, looked, visit)
    else list.forEachEqual(buf, starts[2], lengths[2], length - 1, -1, looked, visit)
    if (count === undefined) return found.length === 0 ? out.nil() : out.integer(found[0])
    out.array(found.length)
    for (const index of found) out.integer(index)
  },
})

function readOptions(call: Call): Options | undefined {
  let rank = 1
  let count: number | undefined
  let lengthMax = 0
  for (let i = 3; i < call.argc; i += 2) {
    const isLast = i + 1 >= call.argc
    if (call.argIs(i, 'rank') && !isLast) {
      rank = readDirected(call, i + 1)
      if (rank === 0) call.reply.error(RANK_ZERO)
      if (Number.isNaN(rank) || rank === 0) return undefined
    } else if (call.argIs(i, 'count') && !isLast) {
      count = readNatural(call, i + 1, 'COUNT')
      if (Number.isNaN(count)) return undefined
    } else if (call.argIs(i, 'maxlen') && !isLast) {
      lengthMax = readNatural(call, i + 1, 'MAXLEN')
      if (Number.isNaN(lengthMax)) return undefined
    } else {
      call.syntaxError()
      return undefined
    }
  }
  return { rank, count, lengthMax }
}

/** @returns NaN after the error */
function readNatural(call: Call, index: number, option: string): number {
  const value = call.argInt64(index)
  if (value !== undefined && value >= 0n) return Number(value)
  call.reply.error(`ERR ${option} can't be negative`)
  return Number.NaN
}
