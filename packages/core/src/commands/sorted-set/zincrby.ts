import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { addMembers, INCR, optionAt } from './_add.ts'

export default defineCoreCommand({
  name: 'ZINCRBY',
  summary: 'Adds to the score of a member of a sorted set. Member and key are created if they do not exist.',
  since: '1.2.0',
  group: 'sorted_set',
  complexity: 'O(log(N)) where N is the number of members',
  flags: ['write', 'denyoom', 'fast'],
  args: { key: arg.key({ access: 'RW', flags: ['access', 'update'] }), increment: arg.integer(), member: arg.string() },
  reply: reply.number('the new score'),
  raw(call) {
    // Valkey reads ZADD's options here, and then misses a word.
    if (optionAt(call, 2) !== 0) return call.syntaxError()
    addMembers(call, 2, INCR)
  },
})
