import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { push, pushArguments } from './_push.ts'

export default defineCoreCommand({
  name: 'RPUSH',
  summary: 'Puts elements at the end of a list. The key is created if it does not exist.',
  since: '1.0.0',
  group: 'list',
  complexity: 'O(1) for each element',
  flags: ['write', 'denyoom', 'fast'],
  history: [['2.4.0', 'Accepts multiple `element` arguments.']],
  args: pushArguments,
  reply: reply.integer('the length of the list afterwards'),
  raw: (call) => push(call, false, false),
})
