import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { LOAD_FAILED, loadModule, text } from './_module-loading.ts'

export default defineCoreCommand({
  name: 'MODULE LOADEX',
  summary: 'Loads a module, and sets its parameters.',
  since: '7.0.0',
  group: 'server',
  complexity: 'O(1)',
  flags: ['admin', 'noscript', 'no_async_loading', 'protected'],
  args: {
    path: arg.string(),
    configs: arg.optional(arg.repeatedAfter('CONFIG', arg.block({ name: arg.string(), value: arg.string() }))),
    args: arg.optional(arg.after('ARGS', arg.repeated(arg.string()))),
  },
  reply: reply.simple('OK'),
  raw(call) {
    const config: [string, string][] = []
    const args: string[] = []
    let i = 3
    for (; i + 2 < call.argc && call.argIs(i, 'config'); i += 3) config.push([text(call, i + 1), text(call, i + 2)])
    if (i < call.argc) {
      // Mistakes in the words get the same reply as all others, as in Valkey.
      if (!call.argIs(i, 'args')) return call.reply.error(LOAD_FAILED)
      for (i++; i < call.argc; i++) args.push(text(call, i))
    }
    loadModule(call, args, config)
  },
})
