import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { readHash } from './_hash.ts'

export default defineCoreCommand({
  name: 'HLEN',
  summary: 'Returns the number of fields of a hash. One whose time is over counts until it is taken out.',
  since: '2.0.0',
  group: 'hash',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  args: { key: arg.key({ access: 'RO', flags: [] }) },
  reply: reply.integer('the number of fields, 0 when the key does not exist'),
  raw(call) {
    const hash = readHash(call, 1)
    if (hash !== undefined) call.reply.integer(hash.size)
  },
})
