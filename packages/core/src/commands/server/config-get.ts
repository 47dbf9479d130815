import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { fromLatin1 } from '../../structures/bytes.ts'

export default defineCoreCommand({
  name: 'CONFIG GET',
  summary: 'Returns the values of configuration parameters, by name or by glob pattern.',
  since: '2.0.0',
  group: 'server',
  complexity: 'O(N) when N is the number of configuration parameters provided',
  flags: ['admin', 'noscript', 'loading', 'stale'],
  history: [['7.0.0', 'Takes several names and patterns.']],
  args: { parameter: arg.repeated(arg.string()) },
  reply: reply.map(reply.string('the value'), 'by name, sorted'),
  raw(call) {
    const patterns: string[] = []
    for (let i = 2; i < call.argc; i++) patterns.push(call.argLatin1(i))
    const found = call.engine.config.match(patterns)
    call.reply.map(found.length)
    for (const [name, text] of found) {
      call.reply.bulk(fromLatin1(name))
      call.reply.bulk(fromLatin1(text))
    }
  },
})
