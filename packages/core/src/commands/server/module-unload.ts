import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { BUILT_IN_MODULES, dependents } from './_module-list.ts'
import { text } from './_module-loading.ts'

export default defineCoreCommand({
  name: 'MODULE UNLOAD',
  summary: 'Takes a module out.',
  since: '4.0.0',
  group: 'server',
  complexity: 'O(1)',
  flags: ['admin', 'noscript', 'no_async_loading', 'protected'],
  args: { name: arg.string() },
  reply: reply.simple('OK'),
  raw(call) {
    const name = text(call, 2)
    const reason = hindrance(call, name)
    if (reason !== undefined) return call.reply.error(`ERR Error unloading module: ${reason}`)
    try {
      call.engine.modules.unload(name)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      call.engine.log('warning', `Module ${name} failed to unload: ${message}`)
      return call.reply.error('ERR Error unloading module: operation not possible.')
    }
    call.reply.ok()
  },
})

/** Why a module cannot be taken out, in Redis's words. Built-in modules count as none. */
function hindrance(call: Call, name: string): string | undefined {
  const { engine } = call
  const module = engine.modules.get(name)
  if (module === undefined || BUILT_IN_MODULES.has(name)) return 'no such module with that name'
  if ((module.definition.types?.length ?? 0) > 0) {
    return "the module exports one or more module-side data types, can't unload"
  }
  if (dependents(engine, name).length === 0) return undefined
  return 'the module exports APIs used by other modules. Please unload them first and try again'
}
