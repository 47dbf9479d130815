import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { multiPop, multiPopArguments, readListMultiPop } from './_multi-pop.ts'

export default defineCoreCommand({
  name: 'LMPOP',
  summary: 'Removes elements of the first list that has some, and returns its key and them.',
  since: '7.0.0',
  group: 'list',
  complexity: 'O(N+M) where N is the number of keys and M the number of elements returned',
  flags: ['write'],
  args: multiPopArguments,
  reply: reply.oneOf([
    reply.array([reply.string('the key'), reply.list(reply.string('an element'))]),
    reply.nil('no key exists'),
  ]),
  raw(call) {
    const request = readListMultiPop(call, 1)
    if (request !== undefined && !multiPop(call, request)) call.reply.nullArray()
  },
})
