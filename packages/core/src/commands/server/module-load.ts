import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { loadModule, text } from './_module-loading.ts'

export default defineCoreCommand({
  name: 'MODULE LOAD',
  summary: 'Loads a module.',
  since: '4.0.0',
  group: 'server',
  complexity: 'O(1)',
  flags: ['admin', 'noscript', 'no_async_loading', 'protected'],
  args: { path: arg.string(), arg: arg.optional(arg.repeated(arg.string())) },
  reply: reply.simple('OK'),
  raw(call) {
    const args: string[] = []
    for (let i = 3; i < call.argc; i++) args.push(text(call, i))
    loadModule(call, args, [])
  },
})
