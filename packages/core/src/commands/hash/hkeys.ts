import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readHash } from './_hash.ts'

export default defineCoreCommand({
  name: 'HKEYS',
  summary: 'Returns all fields of a hash.',
  since: '2.0.0',
  group: 'hash',
  complexity: 'O(N) where N is the number of fields',
  flags: ['readonly'],
  tips: ['nondeterministic_output_order'],
  args: { key: arg.key({ access: 'RO' }) },
  reply: reply.list(reply.string('a field')),
  raw(call) {
    const hash = readHash(call, 1)
    if (hash === undefined) return
    const { reply: out } = call
    out.array(hash.liveCount)
    hash.forEach((buf, start, length) => {
      out.bulk(buf, start, length)
    })
  },
})
