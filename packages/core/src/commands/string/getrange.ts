import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { replyRange } from './_position.ts'

export default defineCoreCommand({
  name: 'GETRANGE',
  summary: 'Returns part of a string, from one position to another. Negative ones count from the end.',
  since: '2.4.0',
  group: 'string',
  complexity: 'O(N), N being the length of what is returned.',
  flags: ['readonly'],
  args: { key: arg.key({ access: 'RO' }), start: arg.integer(), end: arg.integer() },
  reply: reply.string('the part, both ends included; empty when there is none'),
  raw: replyRange,
})
