import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { storeDifference } from './_operations.ts'
import { readSets } from './_set.ts'

export default defineCoreCommand({
  name: 'SDIFFSTORE',
  summary: 'Stores the members of a set that others do not have in a key.',
  since: '1.0.0',
  group: 'set',
  complexity: 'O(N) where N is the total number of elements in all given sets.',
  flags: ['write', 'denyoom'],
  args: {
    destination: arg.key({ access: 'OW', flags: ['update'] }),
    key: arg.repeated(arg.key({ access: 'RO' })),
  },
  reply: reply.integer('how many members the new set has; 0: the destination does not exist any more'),
  raw(call) {
    const sets = readSets(call, 2, call.argc, 1)
    if (sets !== undefined) storeDifference(call, sets)
  },
})
