import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'

export default defineCoreCommand({
  name: 'CLIENT GETNAME',
  summary: "Returns the connection's name.",
  since: '2.6.9',
  group: 'connection',
  complexity: 'O(1)',
  flags: ['allow_busy', 'noscript', 'loading', 'stale', 'sentinel'],
  args: {},
  reply: reply.oneOf([reply.string('the name'), reply.nil('it has none')]),
  raw(call) {
    const { name } = call.session
    if (name === '') call.reply.nil()
    else call.reply.bulkString(name)
  },
})
