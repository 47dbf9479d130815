import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readSet } from './_set.ts'

export default defineCoreCommand({
  name: 'SMISMEMBER',
  summary: 'Tells of each of several things whether it is a member of a set.',
  since: '6.2.0',
  group: 'set',
  complexity: 'O(N) where N is the number of elements being checked for membership',
  flags: ['readonly', 'fast'],
  args: { key: arg.key({ access: 'RO' }), member: arg.repeated(arg.string()) },
  reply: reply.list(reply.integer('1 for a member, 0 for what is none')),
  raw(call) {
    const { buf, starts, lengths, argc, reply: out } = call
    const set = readSet(call, 1)
    if (set === undefined) return
    out.array(argc - 2)
    for (let i = 2; i < argc; i++) out.integer(set.has(buf, starts[i], lengths[i]) ? 1 : 0)
  },
})
