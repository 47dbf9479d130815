import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readHash } from './_hash.ts'

export default defineCoreCommand({
  name: 'HMGET',
  summary: 'Returns the values of several fields of a hash.',
  since: '2.0.0',
  group: 'hash',
  complexity: 'O(N) where N is the number of fields asked for',
  flags: ['readonly', 'fast'],
  args: { key: arg.key({ access: 'RO' }), field: arg.repeated(arg.string()) },
  reply: reply.list(reply.oneOf([reply.string('a value'), reply.nil('the field does not exist')])),
  raw(call) {
    const { buf, starts, lengths, reply: out } = call
    const hash = readHash(call, 1)
    if (hash === undefined) return
    out.array(call.argc - 2)
    for (let i = 2; i < call.argc; i++) {
      if (hash.find(buf, starts[i], lengths[i])) out.bulk(hash.valueBuf, hash.valueStart, hash.valueLength)
      else out.nil()
    }
  },
})
