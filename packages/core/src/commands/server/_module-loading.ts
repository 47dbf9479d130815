/** What MODULE LOAD and MODULE LOADEX share. */

import type { Call } from '../../engine/call.ts'
import { utf8 } from '../../structures/bytes.ts'

/** The same for every reason, as in Redis; the log tells which it was. */
export const LOAD_FAILED = 'ERR Error loading the extension. Please check the server logs.'

export function text(call: Call, index: number): string {
  return utf8(call.buf, call.starts[index], call.lengths[index])
}

/**
 * Loads the module that argument 2 names, and replies.
 * @param config values of parameters by their full names, `<module>.<parameter>`
 */
export function loadModule(call: Call, args: readonly string[], config: readonly (readonly [string, string])[]): void {
  const { engine } = call
  const path = text(call, 2)
  try {
    if (engine.modules.resolve === undefined) throw new Error('this engine has no means to find modules by their names')
    const definition = engine.modules.resolve(path, args)
    const own: Record<string, string> = {}
    for (const [name, value] of config) {
      const prefix = `${definition.name}.`
      if (!name.startsWith(prefix)) throw new Error(`'${name}' is no parameter of module '${definition.name}'`)
      own[name.slice(prefix.length)] = value
    }
    engine.modules.load(definition, { args, config: own, path })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    engine.log('warning', `Module ${path} failed to load: ${reason}`)
    return call.reply.error(LOAD_FAILED)
  }
  call.reply.ok()
}
