import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { addMembers, GT, INCR, LT, NX, optionAt, XX } from './_add.ts'

export default defineCoreCommand({
  name: 'ZADD',
  summary: 'Gives members of a sorted set their scores. The key is created if it does not exist.',
  since: '1.2.0',
  group: 'sorted_set',
  complexity: 'O(log(N)) for each member, where N is the number of members',
  flags: ['write', 'denyoom', 'fast'],
  history: [
    ['2.4.0', 'Accepts multiple elements.'],
    ['3.0.2', 'Added the `XX`, `NX`, `CH` and `INCR` options.'],
    ['6.2.0', 'Added the `GT` and `LT` options.'],
  ],
  args: {
    key: arg.key({ access: 'RW', flags: ['update'] }),
    condition: arg.optional(arg.oneOf({ nx: arg.token('NX'), xx: arg.token('XX') }, { since: '3.0.2' })),
    comparison: arg.optional(arg.oneOf({ gt: arg.token('GT'), lt: arg.token('LT') }, { since: '6.2.0' })),
    change: arg.flag('CH', { since: '3.0.2' }),
    increment: arg.flag('INCR', { since: '3.0.2' }),
    data: arg.repeated(arg.block({ score: arg.double(), member: arg.string() })),
  },
  reply: reply.oneOf([
    reply.integer('how many members are new, or with CH how many are new or changed'),
    reply.number('the new score, with INCR'),
    reply.nil('with INCR: a condition stood in its way'),
  ]),
  raw(call) {
    let options = 0
    let index = 2
    for (; index < call.argc; index++) {
      const option = optionAt(call, index)
      if (option === 0) break
      options |= option
    }
    const words = call.argc - index
    if (words === 0 || words % 2 !== 0) return call.syntaxError()
    const { reply: out } = call
    if ((options & NX) !== 0 && (options & XX) !== 0) {
      return out.error('ERR XX and NX options at the same time are not compatible')
    }
    const comparisons = options & (GT | LT)
    if (comparisons === (GT | LT) || ((options & NX) !== 0 && comparisons !== 0)) {
      return out.error('ERR GT, LT, and/or NX options at the same time are not compatible')
    }
    if ((options & INCR) !== 0 && words > 2) {
      return out.error('ERR INCR option supports a single increment-element pair')
    }
    addMembers(call, index, options)
  },
})
