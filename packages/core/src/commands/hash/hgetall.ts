import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readHash } from './_hash.ts'

export default defineCoreCommand({
  name: 'HGETALL',
  summary: 'Returns all fields and values of a hash.',
  since: '2.0.0',
  group: 'hash',
  complexity: 'O(N) where N is the number of fields',
  flags: ['readonly'],
  tips: ['nondeterministic_output_order'],
  args: { key: arg.key({ access: 'RO' }) },
  reply: reply.map(reply.string('a value'), 'by field'),
  raw(call) {
    const hash = readHash(call, 1)
    if (hash === undefined) return
    const { reply: out } = call
    out.map(hash.liveCount)
    hash.forEach((fieldBuf, fieldStart, fieldLength, valueBuf, valueStart, valueLength) => {
      out.bulk(fieldBuf, fieldStart, fieldLength)
      out.bulk(valueBuf, valueStart, valueLength)
    })
  },
})
