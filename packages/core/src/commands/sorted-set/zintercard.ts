import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { eachCommon, readOperation } from './_sources.ts'

export default defineCoreCommand({
  name: 'ZINTERCARD',
  summary: 'Returns how many members the intersection of sorted sets and sets has.',
  since: '7.0.0',
  group: 'sorted_set',
  complexity: 'O(N*K) where N is the size of the smallest of K keys',
  flags: ['readonly'],
  args: { key: arg.counted(arg.key({ access: 'RO' })), limit: arg.optional(arg.after('LIMIT', arg.integer())) },
  reply: reply.integer('how many, at most the limit'),
  raw(call) {
    const operation = readOperation(call, 1, { limit: true })
    if (operation === undefined) return
    const { limit } = operation
    let count = 0
    eachCommon(operation, () => ++count !== limit)
    call.reply.integer(count)
  },
})
