import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { push, pushArguments } from './_push.ts'

export default defineCoreCommand({
  name: 'RPUSHX',
  summary: 'Puts elements at the end of a list, if it exists.',
  since: '2.2.0',
  group: 'list',
  complexity: 'O(1) for each element',
  flags: ['write', 'denyoom', 'fast'],
  history: [['4.0.0', 'Accepts multiple `element` arguments.']],
  args: pushArguments,
  reply: reply.integer('the length of the list afterwards; 0: the key does not exist'),
  raw: (call) => push(call, false, true),
})
