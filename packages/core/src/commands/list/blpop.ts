import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { blockingPop, blockingPopArguments } from './_blocking-pop.ts'

export default defineCoreCommand({
  name: 'BLPOP',
  summary: 'Removes the first element of the first list that has one, and returns its key and it, or waits for one.',
  since: '2.0.0',
  group: 'list',
  complexity: 'O(N) where N is the number of keys',
  flags: ['write', 'blocking'],
  history: [['6.0.0', 'The timeout may have decimal places.']],
  args: blockingPopArguments,
  reply: reply.oneOf([
    reply.array([reply.string('the key'), reply.string('the element')]),
    reply.nil('the time is over'),
  ]),
  raw: (call) => blockingPop(call, true),
})
